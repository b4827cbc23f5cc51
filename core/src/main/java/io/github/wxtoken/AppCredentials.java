package io.github.wxtoken;

/**
 * The credentials and the kind of one app of {@link WeChatApps}. Immutable.
 *
 * @param secret the app's secret
 * @param isMiniProgram whether the app is a mini program
 * @param tokenMode how the app's own access token is fetched
 */
public record AppCredentials(String secret, boolean isMiniProgram, AppTokenMode tokenMode) {

  /**
   * Checks that all is given. The secret is checked with the appid, when it is first used.
   *
   * @param secret the app's secret, not blank
   * @param isMiniProgram whether the app is a mini program
   * @param tokenMode how the app's own access token is fetched
   * @throws IllegalArgumentException if the secret is blank or the mode null
   */
  public AppCredentials {
    Arguments.requireText("secret", secret);
    Arguments.requireGiven("tokenMode", tokenMode);
  }

  /**
   * Returns the credentials of an official account or a website.
   *
   * @param secret the app's secret
   * @return the credentials, with {@link AppTokenMode#STABLE}
   */
  public static AppCredentials of(String secret) {
    return new AppCredentials(secret, false, AppTokenMode.STABLE);
  }

  /**
   * Returns the credentials of a mini program.
   *
   * @param secret the app's secret
   * @return the credentials, with {@link AppTokenMode#STABLE}
   */
  public static AppCredentials ofMiniProgram(String secret) {
    return new AppCredentials(secret, true, AppTokenMode.STABLE);
  }

  /**
   * Returns these with another mode.
   *
   * @param mode how the app's own access token is fetched
   * @return the credentials
   */
  public AppCredentials withTokenMode(AppTokenMode mode) {
    return new AppCredentials(secret, isMiniProgram, mode);
  }

  /** Shows the kind, not the secret. */
  @Override
  public String toString() {
    return "AppCredentials[isMiniProgram=" + isMiniProgram + ", tokenMode=" + tokenMode + "]";
  }
}
