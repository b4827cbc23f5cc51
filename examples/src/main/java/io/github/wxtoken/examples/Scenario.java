package io.github.wxtoken.examples;

import io.github.wxtoken.examples.Crowd.Act;
import io.github.wxtoken.examples.Result.AppFetches;
import io.github.wxtoken.examples.Result.Phase;
import io.github.wxtoken.simulator.Counters;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The course of a run: users sign in; their tokens expire repeatedly while every node is asked for
 * every user; meanwhile a node is killed and restarted; at the end each token is checked.
 */
final class Scenario {
  /** More than the two hours for which a token is valid. */
  private static final Duration UNTIL_EXPIRED = Duration.ofSeconds(7201);

  /**
   * The load that one SQLite file takes on two busy cores. A user who waits for the store longer
   * than its deadline gets an error, as documented, and the run would fail.
   */
  private static final int SIGN_INS_AT_ONCE = 16;

  private static final int READS_AT_ONCE = 32;
  private static final int LOOKS_AT_ONCE = 8;

  private final Options options;
  private final WeChatSimulator wechat;
  private final Cluster cluster;
  private final TokenStore store;
  private final Tally tally;
  private final Progress progress;
  private final Random random;
  private final LoadBalancer balancer;
  private final Outage outage;
  private final List<Browser> browsers;
  private final List<Phase> phases = new ArrayList<>();
  private Duration clockOffset = Duration.ZERO;

  /**
   * @param store the cluster's store, to check the tokens at the end
   */
  Scenario(
      Options options,
      WeChatSimulator wechat,
      Cluster cluster,
      TokenStore store,
      Tally tally,
      Progress progress) {
    this.options = options;
    this.wechat = wechat;
    this.cluster = cluster;
    this.store = store;
    this.tally = tally;
    this.progress = progress;
    random = new Random(options.seed());
    balancer = new LoadBalancer(HttpClient.newHttpClient(), cluster);
    outage = new Outage(cluster, random.nextInt(options.nodes()), balancer);
    browsers = IntStream.rangeClosed(1, options.users()).mapToObj(this::browser).toList();
  }

  private Browser browser(int number) {
    String user = "user-" + number;
    String openid = wechat.openid(WeChatSimulator.APPID, user);
    return new Browser(balancer, tally, user, openid, user + ClusterDemo.EMOJI);
  }

  List<Browser> browsers() {
    return browsers;
  }

  Result play() throws IOException, InterruptedException {
    perform("sign-in", SIGN_INS_AT_ONCE, List.of(), 1, signIns());
    List<Browser> signedIn = browsers.stream().filter(Browser::isSignedIn).toList();
    for (int round = 1; round <= options.rounds(); round++) {
      letAllExpire();
      int appDue = signedIn.isEmpty() ? 0 : 1;
      perform("expiry " + round, READS_AT_ONCE, signedIn, appDue, reads(signedIn, round));
    }
    try (LastLook look = new LastLook(store, wechat)) {
      List<Act> looks = signedIn.stream().map(b -> (Act) () -> look.at(b.openid())).toList();
      perform("last look", LOOKS_AT_ONCE, List.of(), 0, looks);
      return result(signedIn.size(), look);
    }
  }

  private Result result(int signedIn, LastLook look) {
    return new Result(
        options.users(),
        signedIn,
        signedIn * (1L + (long) options.rounds() * options.nodes()),
        tally.rightProfiles(),
        tally.wrongProfiles(),
        tally.timesLoggedOut(),
        tally.errors(),
        phases,
        look.missing(),
        look.dead(),
        options.kills() ? outage.story("expiry " + options.killingRound()) : null);
  }

  private List<Act> signIns() {
    List<Act> acts = new ArrayList<>();
    for (Browser browser : browsers) {
      Random ways = new Random(random.nextLong());
      acts.add(() -> browser.signIn(ways, options.nodes()));
    }
    return acts;
  }

  /** Moves the clocks of WeChat and of all nodes while there is no request. */
  private void letAllExpire() throws IOException {
    clockOffset = clockOffset.plus(UNTIL_EXPIRED);
    wechat.clock().advance(UNTIL_EXPIRED);
    cluster.setClocks(clockOffset);
  }

  /** Returns requests to every node for every user, all nodes at once for one user: a race. */
  private List<Act> reads(List<Browser> signedIn, int round) {
    boolean kills = options.kills() && round == options.killingRound();
    Step step = kills ? Step.NODE_KILLED : Step.EXPIRED;
    List<Browser> users = new ArrayList<>(signedIn);
    Collections.shuffle(users, random);
    List<Integer> nodes = new ArrayList<>(IntStream.range(0, options.nodes()).boxed().toList());
    List<Act> acts = new ArrayList<>();
    for (Browser user : users) {
      Collections.shuffle(nodes, random);
      List.copyOf(nodes).forEach(node -> acts.add(() -> user.readProfile(step, node)));
    }
    if (kills && !acts.isEmpty()) {
      int middle = acts.size() / 2;
      acts.set(middle, first(outage::happen, acts.get(middle)));
    }
    return acts;
  }

  private static Act first(Act one, Act other) {
    return () -> {
      one.perform();
      other.perform();
    };
  }

  /**
   * @param due the users whose token has expired
   * @param appDue 1 if the app's own token and ticket have expired or are missing, 0 if not
   */
  private void perform(String name, int atOnce, List<Browser> due, int appDue, List<Act> acts)
      throws InterruptedException {
    wechat.counters().reset();
    long requestsBefore = tally.latencies().count();
    long start = System.nanoTime();
    progress.begin(name, acts.size());
    try (Crowd crowd = new Crowd(atOnce, tally, progress)) {
      crowd.performAll(acts);
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    long requests = tally.latencies().count() - requestsBefore;
    Phase phase = phase(name, due, appFetches(name, appDue), requests, time);
    phases.add(phase);
    progress.end(String.format(Locale.ROOT, "done in %.1f s", time.toMillis() / 1000.0));
  }

  private AppFetches appFetches(String name, int due) {
    Counters counters = wechat.counters();
    return new AppFetches(
        due,
        isKilling(name) ? 1 : 0,
        counters.calls(Endpoint.TOKEN) + counters.calls(Endpoint.STABLE_TOKEN),
        counters.calls(Endpoint.TICKET),
        counters.calls(Endpoint.FOLLOWER),
        counters.errors(Endpoint.FOLLOWER, 40001) + counters.errors(Endpoint.FOLLOWER, 42001));
  }

  private boolean isKilling(String phase) {
    return options.kills() && phase.equals("expiry " + options.killingRound());
  }

  private Phase phase(
      String name, List<Browser> due, AppFetches app, long requests, Duration time) {
    List<String> notRefreshed = new ArrayList<>();
    List<String> repeated = new ArrayList<>();
    Set<Browser> dueOnes = Set.copyOf(due);
    for (Browser browser : browsers) {
      long calls = wechat.counters().refreshesOfOpenid(browser.openid());
      int wanted = dueOnes.contains(browser) ? 1 : 0;
      if (calls < wanted) {
        notRefreshed.add(browser.user());
      }
      for (long call = wanted; call < calls; call++) {
        repeated.add(browser.user());
      }
    }
    long calls = wechat.counters().calls(Endpoint.REFRESH);
    Set<String> excused = isKilling(name) ? balancer.usersCutOff() : Set.of();
    return new Phase(name, due.size(), calls, notRefreshed, repeated, excused, app, requests, time);
  }
}
