package io.github.wxtoken.boot.security;

import io.github.wxtoken.Lang;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.UserInfo;

/** The profiles of users who have signed in. Each read is a call to WeChat. Thread-safe. */
public final class WeChatProfiles {
  private final WeChatLoginApps apps;

  /**
   * Reads profiles by the clients of these apps.
   *
   * @param apps the apps
   */
  public WeChatProfiles(WeChatLoginApps apps) {
    this.apps = apps;
  }

  /**
   * Reads the profile of a user, in Chinese.
   *
   * <p>If a controller lets the exception pass, the login shows a page that asks the user to
   * consent, and returns to the controller's page afterwards.
   *
   * @param user the principal
   * @return the profile
   * @throws ReauthorizationRequiredException if the user has to consent, or to sign in again
   * @throws IllegalArgumentException if the user's app does not exist any more
   */
  public UserInfo of(WeChatUser user) {
    return of(user, Lang.ZH_CN);
  }

  /**
   * Reads the profile of a user.
   *
   * @param user the principal
   * @param lang the language of places
   * @return the profile
   * @throws ReauthorizationRequiredException as {@link #of(WeChatUser)} does
   * @throws IllegalArgumentException as {@link #of(WeChatUser)} does
   */
  public UserInfo of(WeChatUser user, Lang lang) {
    WeChatLoginApp app = apps.find(user.app());
    if (app == null) {
      throw new IllegalArgumentException(
          "cannot read the profile: there is no app "
              + user.app()
              + " any more. End the user's session, or configure the app again");
    }
    return app.oauth().getUser(user.openid(), lang);
  }
}
