package io.github.wxtoken.store;

import org.jspecify.annotations.Nullable;

/**
 * Says in words why a driver or a server failed, and what to do. The words are ours: a driver's own
 * text may quote tokens, passwords and URLs.
 *
 * @param why the reason, such as {@code the host name is unknown}
 * @param remedy what to do, as a sentence without its full stop; null if nothing is known
 */
public record FailureReason(String why, @Nullable String remedy) {
  /** The start of a remedy for a wrong address. */
  public static final String CHECK_ADDRESS = "Check the host and the port in the URL";

  /** The host name cannot be resolved. */
  public static final FailureReason UNKNOWN_HOST =
      new FailureReason(
          "the host name is unknown", "Check the host in the URL, and the DNS of this machine");

  /** The machine refuses connections to that port. */
  public static final FailureReason CONNECTION_REFUSED =
      new FailureReason(
          "nothing accepts connections there", CHECK_ADDRESS + ", and whether the server runs");

  /** Connecting took too long. */
  public static final FailureReason NO_ANSWER =
      new FailureReason(
          "no answer in time",
          CHECK_ADDRESS
              + ": the server may be down, a firewall may drop the packets, or another kind of"
              + " server may listen there");

  /** TLS failed. */
  public static final FailureReason TLS_FAILED = new FailureReason(StoreOptions.NO_TLS, null);

  /**
   * Creates the text that follows "cannot connect: ".
   *
   * @param details what helps to find the cause and shows no content, such as an error code or
   *     {@link io.github.wxtoken.store.RedactedException#types}
   * @return why, the details in parentheses, and the remedy if there is one
   */
  public String describe(String details) {
    return why + " (" + details + ")" + (remedy == null ? "" : ". " + remedy);
  }
}
