package io.github.wxtoken.examples;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run: all that the {@link Verdict} judges.
 *
 * @param profilesDue how often a profile was asked for
 * @param rightProfiles how often the answer was the user's own
 * @param wrongProfiles how often it was something else
 * @param timesLoggedOut how often a signed-in user was asked to sign in again
 * @param errors what else went wrong, and how often
 * @param missing users whose token is not in the store at the end
 * @param dead users whose token in the store WeChat does not take at the end
 * @param kill the node that was killed, or null
 */
record Result(
    int users,
    int signedIn,
    long profilesDue,
    long rightProfiles,
    long wrongProfiles,
    long timesLoggedOut,
    SortedMap<String, Long> errors,
    List<Phase> phases,
    int missing,
    int dead,
    @Nullable Kill kill) {

  /**
   * A part of the run, with the refresh calls that WeChat got meanwhile.
   *
   * @param due users whose token had expired
   * @param calls refresh calls, of whatever token
   * @param notRefreshed users whose token had expired and was not refreshed
   * @param repeated the user of each refresh call that was not due
   * @param excused users whose request a node may have been working on when it was killed: for each
   *     of them one call more is no fault, since the node may have died between WeChat's answer and
   *     the store
   */
  record Phase(
      String name,
      int due,
      long calls,
      List<String> notRefreshed,
      List<String> repeated,
      Set<String> excused,
      long requests,
      Duration time) {}

  /**
   * A node's death and return.
   *
   * @param node counted from 1
   * @param phase the name of the phase
   * @param cutOff requests that it may have been working on
   * @param foundDown requests that found it not yet back
   * @param downFor from its death until it served again, or null if it did not come back
   * @param answersSince what it answered after its return
   */
  record Kill(
      int node,
      String phase,
      long cutOff,
      long foundDown,
      @Nullable Duration downFor,
      long answersSince) {}
}
