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
   * @param app the fetches of the app's own credentials
   */
  record Phase(
      String name,
      int due,
      long calls,
      List<String> notRefreshed,
      List<String> repeated,
      Set<String> excused,
      AppFetches app,
      long requests,
      Duration time) {}

  /**
   * The fetches of the app's own token and of its ticket, by all nodes together.
   *
   * @param due how often each had expired, or was missing
   * @param excused how many more fetches of each are no fault, since the node that fetched it may
   *     have been killed before it was stored
   * @param tokens the fetches of the token
   * @param tickets the fetches of the ticket
   * @param calls the calls of a WeChat API with the token
   * @param refused those of them that WeChat refused, since the token was retired or expired
   */
  record AppFetches(int due, int excused, long tokens, long tickets, long calls, long refused) {}

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
