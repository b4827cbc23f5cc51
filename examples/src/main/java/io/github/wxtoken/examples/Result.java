package io.github.wxtoken.examples;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run, which the {@link Verdict} judges.
 *
 * @param profilesDue the number of profiles asked for
 * @param rightProfiles the number of answers with the user's own profile
 * @param wrongProfiles the number of other answers
 * @param timesLoggedOut how often a signed-in user was asked to sign in again
 * @param errors the other errors, and their number
 * @param missing users without a token in the store at the end
 * @param dead users whose token in the store WeChat does not accept at the end
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
   * A part of the run, with WeChat's refresh calls during it.
   *
   * @param due users whose token had expired
   * @param calls the refresh calls for any token
   * @param notRefreshed users whose token had expired and was not refreshed
   * @param repeated the user of each refresh call that was not due
   * @param excused users whose request a node may have been processing when it was killed: for each
   *     of them one more call is no fault, since the node may have died between WeChat's answer and
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
   * The kill and restart of a node.
   *
   * @param node counted from 1
   * @param phase the name of the phase
   * @param cutOff requests that it may have been processing
   * @param foundDown requests that arrived before its restart
   * @param downFor from its death until it served again, or null if it did not restart
   * @param answersSince its answers after its restart
   */
  record Kill(
      int node,
      String phase,
      long cutOff,
      long foundDown,
      @Nullable Duration downFor,
      long answersSince) {}
}
