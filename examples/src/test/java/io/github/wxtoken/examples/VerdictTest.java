package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.examples.Result.AppFetches;
import io.github.wxtoken.examples.Result.Kill;
import io.github.wxtoken.examples.Result.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The verdict on 10 users whose tokens expired once, with 2 nodes. */
class VerdictTest {
  private static final Phase SIGN_IN = phase("sign-in", 0, 0, List.of(), List.of(), Set.of());
  private static final Phase EXPIRY = phase("expiry 1", 10, 10, List.of(), List.of(), Set.of());

  @Test
  void aRunInWhichEverythingHeldHasNoFailures() {
    assertThat(Verdict.failures(result(EXPIRY))).isEmpty();
  }

  @Test
  void aStoreThatForgetsATokenFails() {
    assertThat(Verdict.failures(new Run().missing(1).result()))
        .containsExactly("1 token was lost.");
  }

  @Test
  void aStoreThatKeepsADeadTokenFails() {
    assertThat(Verdict.failures(new Run().dead(2).result()))
        .containsExactly("2 stored tokens are dead.");
  }

  @Test
  void aProfileOfAnotherUserFails() {
    assertThat(Verdict.failures(new Run().profiles(29, 1).result()))
        .containsExactly("1 profile was not the user's.");
  }

  @Test
  void aProfileThatWasNeverReadFails() {
    assertThat(Verdict.failures(new Run().profiles(28, 0).result()))
        .containsExactly("2 profiles were not read.");
  }

  @Test
  void aUserWhoIsLoggedOutFails() {
    assertThat(Verdict.failures(new Run().profiles(29, 0).loggedOut(1).result()))
        .contains("1 user was logged out.");
  }

  @Test
  void aUserWhoCannotSignInFails() {
    assertThat(Verdict.failures(new Run().signedIn(9).result()))
        .containsExactly("1 user could not sign in.");
  }

  @Test
  void anErrorFails() {
    assertThat(Verdict.failures(new Run().errors(Map.of("/login answered 503", 3L)).result()))
        .containsExactly("3 × /login answered 503.");
  }

  @Test
  void aSecondRefreshOfAUserFails() {
    Phase twice = phase("expiry 1", 10, 11, List.of(), List.of("user-7"), Set.of());

    assertThat(Verdict.failures(result(twice)))
        .containsExactly("1 refresh call too many in expiry 1 (user-7).");
  }

  @Test
  void aRefreshBeforeAnyTokenExpiredFails() {
    Phase early = phase("sign-in", 0, 1, List.of(), List.of("user-7"), Set.of());

    assertThat(Verdict.failures(result(early, EXPIRY)))
        .containsExactly("1 refresh call too many in sign-in (user-7).");
  }

  @Test
  void aRefreshThatDidNotHappenFails() {
    Phase none = phase("expiry 1", 10, 9, List.of("user-7"), List.of(), Set.of());

    assertThat(Verdict.failures(result(none)))
        .containsExactly("1 user was not refreshed in expiry 1.");
  }

  @Test
  void oneUserRefreshedTwiceDoesNotMakeUpForOneWhoWasNot() {
    Phase mixed = phase("expiry 1", 10, 10, List.of("user-1"), List.of("user-7"), Set.of());

    assertThat(Verdict.failures(result(mixed)))
        .containsExactly(
            "1 user was not refreshed in expiry 1.",
            "1 refresh call too many in expiry 1 (user-7).");
  }

  @Test
  void aRefreshWithATokenThatWeChatDoesNotKnowFails() {
    Phase unknown = phase("expiry 1", 10, 12, List.of(), List.of(), Set.of());

    assertThat(Verdict.failures(result(unknown)))
        .containsExactly("2 refresh calls with nobody's token in expiry 1.");
  }

  @Test
  void aSecondRefreshIsExcusedWhereTheKilledNodeMayHaveMadeTheFirst() {
    Phase excused = phase("expiry 1", 10, 11, List.of(), List.of("user-7"), Set.of("user-7"));

    assertThat(Verdict.failures(result(excused))).isEmpty();
  }

  @Test
  void aThirdRefreshIsNotExcused() {
    Phase thrice =
        phase("expiry 1", 10, 12, List.of(), List.of("user-7", "user-7"), Set.of("user-7"));

    assertThat(Verdict.failures(result(thrice)))
        .containsExactly("1 refresh call too many in expiry 1 (user-7).");
  }

  @Test
  void theKillExcusesNobodyElse() {
    Phase other = phase("expiry 1", 10, 11, List.of(), List.of("user-8"), Set.of("user-7"));

    assertThat(Verdict.failures(result(other)))
        .containsExactly("1 refresh call too many in expiry 1 (user-8).");
  }

  @Test
  void aSecondFetchOfTheAppTokenOrTheTicketFails() {
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 0, 2, 1, 20, 0)))))
        .containsExactly("1 fetch of the app token too many in expiry 1.");
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 0, 1, 3, 20, 0)))))
        .containsExactly("2 fetches of the ticket too many in expiry 1.");
  }

  @Test
  void aSecondFetchIsExcusedByAKill() {
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 1, 2, 2, 20, 0))))).isEmpty();
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 1, 3, 1, 20, 0)))))
        .containsExactly("1 fetch of the app token too many in expiry 1.");
  }

  @Test
  void aFetchThatDidNotHappenFails() {
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 0, 0, 0, 20, 0)))))
        .containsExactly(
            "1 app token was not fetched in expiry 1.", "1 ticket was not fetched in expiry 1.");
  }

  @Test
  void aCallThatIsRefusedForItsAppTokenFails() {
    assertThat(Verdict.failures(result(expiry(new AppFetches(1, 0, 1, 1, 20, 2)))))
        .containsExactly("2 calls were refused for the app token in expiry 1.");
  }

  private static Phase expiry(AppFetches app) {
    return new Phase(
        "expiry 1", 10, 10, List.of(), List.of(), Set.of(), app, 20, Duration.ofSeconds(1));
  }

  @Test
  void aKilledNodeThatDoesNotComeBackFails() {
    assertThat(Verdict.failures(new Run().kill(new Kill(2, "expiry 1", 3, 4, null, 0)).result()))
        .containsExactly("Node 2 did not come back.");
  }

  private static Result result(Phase... phases) {
    return new Run().phases(List.of(phases)).result();
  }

  private static Phase phase(
      String name,
      int due,
      long calls,
      List<String> notRefreshed,
      List<String> repeated,
      Set<String> excused) {
    AppFetches app = new AppFetches(1, 0, 1, 1, 20, 0);
    return new Phase(
        name, due, calls, notRefreshed, repeated, excused, app, 20, Duration.ofSeconds(1));
  }

  /** A run in which everything held, until told otherwise. */
  private static final class Run {
    private int signedIn = 10;
    private long rightProfiles = 30;
    private long wrongProfiles;
    private long loggedOut;
    private Map<String, Long> errors = Map.of();
    private List<Phase> phases = List.of(SIGN_IN, EXPIRY);
    private int missing;
    private int dead;
    private @Nullable Kill kill;

    Run signedIn(int users) {
      signedIn = users;
      return this;
    }

    Run profiles(long right, long wrong) {
      rightProfiles = right;
      wrongProfiles = wrong;
      return this;
    }

    Run loggedOut(long times) {
      loggedOut = times;
      return this;
    }

    Run errors(Map<String, Long> counts) {
      errors = counts;
      return this;
    }

    Run phases(List<Phase> all) {
      phases = all;
      return this;
    }

    Run missing(int tokens) {
      missing = tokens;
      return this;
    }

    Run dead(int tokens) {
      dead = tokens;
      return this;
    }

    Run kill(Kill story) {
      kill = story;
      return this;
    }

    Result result() {
      return new Result(
          10,
          signedIn,
          30,
          rightProfiles,
          wrongProfiles,
          loggedOut,
          new TreeMap<>(errors),
          phases,
          missing,
          dead,
          kill);
    }
  }
}
