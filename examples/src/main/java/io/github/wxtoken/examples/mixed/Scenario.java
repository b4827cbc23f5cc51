package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.examples.mixed.Member.Answer;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The common actions of a mixed cluster's members on one store, and the checks: each member reads
 * the others' writes, a sign-in on either side is visible to the other, and a token that one side
 * refreshed is valid for the other.
 */
final class Scenario {
  private static final int STEPS = 20;
  private static final String EXPIRED = "WeChatAPIError:42001";
  private static final Duration LIFE = Duration.ofHours(2);

  /** Less than the minute before expiry in which wxtoken refreshes. */
  private static final Duration ABOUT_TO_EXPIRE = Duration.ofSeconds(50);

  private final WeChatSimulator weChat;
  private final List<? extends Member> members;
  private final List<Member> javas = new ArrayList<>();
  private final List<Member> nodes = new ArrayList<>();
  private final boolean nodeSeesExpiry;
  private final int userCount;
  private final Random random;
  private final List<String> openids = new ArrayList<>();
  private final LongAdder refreshesAskedFor = new LongAdder();
  private final Counts counts = new Counts();

  /**
   * @param members members of both kinds
   * @param nodeSeesExpiry whether Node gets {@code create_at} as a number from this store;
   *     otherwise it takes every token for valid (wechat-oauth's issue 58), and WeChat refuses it
   */
  Scenario(
      WeChatSimulator weChat,
      List<? extends Member> members,
      boolean nodeSeesExpiry,
      int users,
      long seed) {
    this.weChat = weChat;
    this.members = members;
    this.nodeSeesExpiry = nodeSeesExpiry;
    this.userCount = users;
    this.random = new Random(seed);
    members.forEach(member -> (member.isJava() ? javas : nodes).add(member));
  }

  /** Runs it once, on a store without tokens. */
  Counts play() {
    weChat.counters().reset();
    synchronizeClocks();
    signIn();
    everyoneReads("after the first login");
    signInOnTheOtherSide();
    everyoneReads("after a login on the other side");
    walkAtRandom();
    everyoneReads("after a random walk");
    expect(refreshesAskedFor.sum(), refreshes(), "refreshes while tokens are valid");

    counts.refreshedByJava(refreshesOf(this::javaFindsTokensExpired));
    counts.refreshedEarly(refreshesOf(this::javaFindsTokensAboutToExpire));
    counts.refreshedByNode(refreshesOf(this::nodeFindsTokensExpired));
    counts.refreshedByBoth(refreshesOf(this::bothFindTokensExpired));
    javas.forEach(this::readsOneTokenPerUser);
    return counts;
  }

  private void signIn() {
    for (int user = 0; user < userCount; user++) {
      Answer answer = login(members.get(user % members.size()), user).join();
      counts.login();
      openids.add(answer.text());
      expect(openid(user), answer, "the first login");
    }
  }

  /** Signs every user in once more, on the other language's side. */
  private void signInOnTheOtherSide() {
    for (int user = 0; user < userCount; user++) {
      Member other = pick(members.get(user % members.size()).isJava() ? nodes : javas);
      Answer answer = login(other, user).join();
      counts.login();
      expect(openids.get(user), answer, "a login on the other side");
    }
  }

  /** Runs concurrent users, each with its own path through the cluster. */
  private void walkAtRandom() {
    List<CompletableFuture<Void>> walks = new ArrayList<>();
    for (int user = 0; user < userCount; user++) {
      walks.add(walk(user, new Random(random.nextLong())));
    }
    walks.forEach(CompletableFuture::join);
  }

  private CompletableFuture<Void> walk(int user, Random way) {
    CompletableFuture<Void> walk = CompletableFuture.completedFuture(null);
    for (int step = 0; step < STEPS; step++) {
      Member member = members.get(way.nextInt(members.size()));
      Member other = members.get(way.nextInt(members.size()));
      int turn = way.nextInt(8);
      walk =
          walk.thenCompose(
              done ->
                  switch (turn) {
                    case 0, 1 -> loginSeenBy(other, member, user);
                    case 2 -> refreshSeenBy(other, member, openids.get(user));
                    default -> profile(member, openids.get(user), "in a random walk");
                  });
    }
    return walk;
  }

  private CompletableFuture<Void> loginSeenBy(Member other, Member member, int user) {
    String openid = openids.get(user);
    return login(member, user)
        .thenCompose(
            answer -> {
              counts.login();
              expect(openid, answer, "a login in a random walk");
              return sameToken(List.of(member, other), openid, "after a login");
            });
  }

  /**
   * Refreshes a valid token: WeChat extends it and returns the same one, and both sides may
   * continue to use it.
   */
  private CompletableFuture<Void> refreshSeenBy(Member other, Member member, String openid) {
    refreshesAskedFor.increment();
    return member
        .send("refresh", openid)
        .thenCompose(
            answer -> {
              expect(openid, answer, "a refresh in a random walk");
              return sameToken(List.of(member, other), openid, "after a refresh");
            });
  }

  /** Java refreshes each token once, and Node uses Java's result. */
  private void javaFindsTokensExpired() {
    advance(LIFE);
    forAll(openids, openid -> profiles(javas, openid, "when Java refreshes"));
    everyoneReads("after Java refreshed");
    expect(userCount, refreshes(), "refreshes of expired tokens by Java");
  }

  /**
   * Java refreshes tokens that Node still takes for valid, so Node never reads an expired token:
   * this keeps Node's users signed in where Node cannot see the expiry.
   */
  private void javaFindsTokensAboutToExpire() {
    advance(LIFE.minus(ABOUT_TO_EXPIRE));
    forAll(openids, openid -> profile(pick(javas), openid, "when Java refreshes early"));
    advance(ABOUT_TO_EXPIRE);
    everyoneReads("after Java refreshed early");
    expect(userCount, refreshes(), "refreshes of tokens about to expire");
  }

  /**
   * Node refreshes if it sees that tokens have expired; otherwise WeChat refuses Node until Java
   * has refreshed.
   */
  private void nodeFindsTokensExpired() {
    advance(LIFE);
    String when = "when Node is asked first";
    forAll(
        openids,
        openid -> {
          // One Node process per user: two would read each other's half-written files.
          CompletableFuture<Answer> user = pick(nodes).send("user", openid);
          return nodeSeesExpiry
              ? user.thenAccept(answer -> checkProfile(openid, answer, "of Node " + when))
              : user.thenAccept(answer -> counts.refused(isRefused(answer, when)));
        });
    expect(nodeSeesExpiry ? userCount : 0, refreshes(), "refreshes by Node");
    forAll(openids, openid -> profiles(javas, openid, "after Node was asked first"));
    everyoneReads("after Node and Java were asked");
    expect(userCount, refreshes(), "refreshes when Node was asked first");
  }

  /** Node acquires no lease, so there may be two refreshes for a user, which is harmless. */
  private void bothFindTokensExpired() {
    advance(LIFE);
    forAll(
        openids,
        openid ->
            CompletableFuture.allOf(
                profiles(javas, openid, "when both refresh at once"),
                pick(nodes)
                    .send("user", openid)
                    .thenAccept(answer -> checkInTheRace(openid, answer))));
    everyoneReads("after both refreshed at once");
    long most = nodeSeesExpiry ? 2L * userCount : userCount;
    if (refreshes() < userCount || refreshes() > most) {
      counts.fail(refreshes() + " refreshes when both refresh at once");
    }
  }

  private void checkInTheRace(String openid, Answer answer) {
    String when = "when both refresh at once";
    if (nodeSeesExpiry || answer.ok()) {
      checkProfile(openid, answer, "of Node " + when);
    } else {
      isRefused(answer, when);
    }
  }

  /** Tells whether WeChat answered that the token has expired; any other error is a failure. */
  private boolean isRefused(Answer answer, String when) {
    boolean refused = !answer.ok() && answer.text().equals(EXPIRED);
    if (!refused) {
      counts.fail("Node was not refused " + when + ": " + (answer.ok() ? "ok" : answer.text()));
    }
    return refused;
  }

  private void advance(Duration duration) {
    weChat.clock().advance(duration);
    synchronizeClocks();
  }

  private void synchronizeClocks() {
    long ahead = Duration.between(Instant.now(), weChat.clock().instant()).toMillis();
    forAll(
        members,
        member ->
            member
                .send("clock", Long.toString(ahead))
                .thenAccept(answer -> expect("set", answer, "a clock")));
  }

  /** Every member reads every token, which must be the same, and every profile. */
  private void everyoneReads(String when) {
    forAll(
        openids,
        openid ->
            CompletableFuture.allOf(
                sameToken(members, openid, when), profiles(members, openid, when)));
  }

  private CompletableFuture<Void> sameToken(
      List<? extends Member> readers, String openid, String when) {
    Set<String> tokens = ConcurrentHashMap.newKeySet();
    return all(
            readers,
            reader ->
                reader
                    .send("token", openid)
                    .thenAccept(
                        answer -> {
                          tokens.add(answer.text());
                          if (!answer.ok()) {
                            counts.fail("no token " + of(reader) + when + ": " + answer.text());
                          }
                        }))
        .thenAccept(done -> expect(1, tokens.size(), "tokens of one user " + when));
  }

  private CompletableFuture<Void> profiles(
      List<? extends Member> readers, String openid, String when) {
    return all(readers, reader -> profile(reader, openid, when));
  }

  private CompletableFuture<Void> profile(Member reader, String openid, String when) {
    return reader
        .send("user", openid)
        .thenAccept(answer -> checkProfile(openid, answer, of(reader) + when));
  }

  private void checkProfile(String openid, Answer answer, String where) {
    if (!answer.ok()) {
      counts.fail("no profile " + where + ": " + answer.text());
    } else if (!answer.text().equals(openid)) {
      counts.fail("another user's profile " + where);
    } else {
      counts.profile();
    }
  }

  private void readsOneTokenPerUser(Member java) {
    String all = openids.stream().sorted().collect(Collectors.joining(","));
    expect(all, java.send("all", "-").join(), "the list of tokens");
  }

  private CompletableFuture<Answer> login(Member member, int user) {
    return member.send(
        "login", weChat.authorize(WeChatSimulator.APPID, "user" + user, "snsapi_userinfo"));
  }

  private String openid(int user) {
    return weChat.openid(WeChatSimulator.APPID, "user" + user);
  }

  private Member pick(List<Member> from) {
    return from.get(random.nextInt(from.size()));
  }

  private long refreshesOf(Runnable step) {
    weChat.counters().reset();
    step.run();
    return refreshes();
  }

  /** Returns the calls to WeChat since the step began. */
  private long refreshes() {
    return weChat.counters().calls(Endpoint.REFRESH);
  }

  private void expect(long required, long found, String what) {
    if (required != found) {
      counts.fail(found + " " + what + ", not " + required);
    }
  }

  private void expect(String required, Answer answer, String what) {
    if (!answer.ok()) {
      counts.fail(what + " failed: " + answer.text());
    } else if (!answer.text().equals(required)) {
      counts.fail(what + " has another answer");
    }
  }

  private static String of(Member member) {
    return member.isJava() ? "of Java " : "of Node ";
  }

  private static <T> void forAll(
      List<? extends T> subjects, Function<T, CompletableFuture<Void>> task) {
    all(subjects, task).join();
  }

  private static <T> CompletableFuture<Void> all(
      List<? extends T> subjects, Function<T, CompletableFuture<Void>> task) {
    return CompletableFuture.allOf(subjects.stream().map(task).toArray(CompletableFuture[]::new));
  }
}
