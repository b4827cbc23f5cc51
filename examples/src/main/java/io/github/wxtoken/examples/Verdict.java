package io.github.wxtoken.examples;

import io.github.wxtoken.examples.Result.AppFetches;
import io.github.wxtoken.examples.Result.Phase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Judges a run by wxtoken's guarantees. */
final class Verdict {
  private Verdict() {}

  /** Returns one sentence for each broken guarantee; empty if all of them held. */
  static List<String> failures(Result result) {
    List<String> failures = new ArrayList<>();
    int signedOut = result.users() - result.signedIn();
    add(failures, signedOut, "user could not sign in", "users could not sign in");
    add(failures, result.missing(), "token was lost", "tokens were lost");
    add(failures, result.dead(), "stored token is dead", "stored tokens are dead");
    add(failures, result.timesLoggedOut(), "user was logged out", "times a user was logged out");
    add(failures, result.wrongProfiles(), "profile was not the user's", "profiles were mixed up");
    result.errors().forEach((what, times) -> add(failures, times, "× " + what, "× " + what));
    long unread = result.profilesDue() - result.rightProfiles() - result.wrongProfiles();
    add(failures, unread, "profile was not read", "profiles were not read");
    result.phases().forEach(phase -> failures.addAll(refreshFailures(phase)));
    result.phases().forEach(phase -> failures.addAll(appFailures(phase)));
    if (result.kill() != null && result.kill().downFor() == null) {
      failures.add("Node " + result.kill().node() + " did not come back.");
    }
    return failures;
  }

  /**
   * Checks for one refresh per user whose token expired, and one more only where a kill excuses it.
   */
  private static List<String> refreshFailures(Phase phase) {
    List<String> failures = new ArrayList<>();
    Set<String> excuses = new HashSet<>(phase.excused());
    // Each excuse covers one call.
    List<String> inexcusable =
        phase.repeated().stream().filter(user -> !excuses.remove(user)).toList();
    String in = " in " + phase.name();
    int missed = phase.notRefreshed().size();
    add(failures, missed, "user was not refreshed" + in, "users were not refreshed" + in);
    String tooMany =
        " too many" + in + inexcusable.stream().findFirst().map(u -> " (" + u + ")").orElse("");
    add(failures, inexcusable.size(), "refresh call" + tooMany, "refresh calls" + tooMany);
    long known = (long) phase.due() - missed + phase.repeated().size();
    String nobody = " with nobody's token" + in;
    add(failures, phase.calls() - known, "refresh call" + nobody, "refresh calls" + nobody);
    return failures;
  }

  /** Checks for one fetch of the app's token and ticket per expiry, and for no refused call. */
  private static List<String> appFailures(Phase phase) {
    List<String> failures = new ArrayList<>();
    AppFetches app = phase.app();
    String in = " in " + phase.name();
    addFetches(failures, "app token", in, app.tokens(), app);
    addFetches(failures, "ticket", in, app.tickets(), app);
    String refused = " refused for the app token" + in;
    add(failures, app.refused(), "call was" + refused, "calls were" + refused);
    return failures;
  }

  private static void addFetches(
      List<String> failures, String what, String in, long fetches, AppFetches app) {
    long missed = Math.max(0, app.due() - fetches);
    add(failures, missed, what + " was not fetched" + in, what + "s were not fetched" + in);
    long repeated = Math.max(0, fetches - app.due() - app.excused());
    String tooMany = " of the " + what + " too many" + in;
    add(failures, repeated, "fetch" + tooMany, "fetches" + tooMany);
  }

  private static void add(List<String> failures, long count, String one, String many) {
    if (count != 0) {
      failures.add(String.format(Locale.ROOT, "%,d %s.", count, count == 1 ? one : many));
    }
  }
}
