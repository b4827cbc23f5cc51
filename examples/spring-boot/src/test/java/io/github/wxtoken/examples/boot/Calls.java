package io.github.wxtoken.examples.boot;

import io.github.wxtoken.simulator.Counters;
import io.github.wxtoken.simulator.Endpoint;

/**
 * How often WeChat's API was called.
 *
 * @param exchanges of a code for a token
 * @param checks of a token that follows another one of the same user soon
 * @param profiles that were read
 * @param refreshes of a token
 * @param others all other calls
 */
record Calls(long exchanges, long checks, long profiles, long refreshes, long others) {

  Calls(long exchanges, long checks, long profiles) {
    this(exchanges, checks, profiles, 0);
  }

  Calls(long exchanges, long checks, long profiles, long refreshes) {
    this(exchanges, checks, profiles, refreshes, 0);
  }

  static Calls of(Counters counters) {
    long exchanges = counters.calls(Endpoint.EXCHANGE);
    long checks = counters.calls(Endpoint.AUTH);
    long profiles = counters.calls(Endpoint.USERINFO);
    long refreshes = counters.calls(Endpoint.REFRESH);
    long pages = counters.calls(Endpoint.AUTHORIZE); // browsers open them, not nodes
    long others = counters.total() - pages - exchanges - checks - profiles - refreshes;
    return new Calls(exchanges, checks, profiles, refreshes, others);
  }

  @Override
  public String toString() {
    long sum = exchanges + checks + profiles + refreshes + others;
    return sum
        + " = "
        + exchanges
        + " exchange + "
        + checks
        + " auth + "
        + profiles
        + " userinfo"
        + (refreshes == 0 ? "" : " + " + refreshes + " refresh");
  }
}
