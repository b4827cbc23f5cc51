package io.github.wxtoken.boot.security;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;

/**
 * A user who has signed in with WeChat: the principal of an authentication. It holds no token and
 * no profile, so that it can be kept in a session; {@link WeChatProfiles} reads the profile. Two
 * are equal if the app and the openid are.
 *
 * @param app the name of the app that the user has signed in to: the name in {@code wxtoken.apps},
 *     or {@link WeChatLoginApp#MAIN}
 * @param appid the app's id
 * @param openid the user's id in that app
 * @param unionid the user's id across the apps of one open-platform account, or null
 * @serial exclude
 */
// Without the tag, Javadoc asks for comments at the fields, which a record cannot have.
@SuppressWarnings("InvalidBlockTag")
public record WeChatUser(String app, String appid, String openid, @Nullable String unionid)
    implements AuthenticatedPrincipal, Serializable {

  /** Returns the user of an authentication; null if nobody is signed in with WeChat. */
  static @Nullable WeChatUser of(@Nullable Authentication authentication) {
    return authentication != null
            && authentication.isAuthenticated()
            && authentication.getPrincipal() instanceof WeChatUser user
        ? user
        : null;
  }

  /** Returns the openid. */
  @Override
  public String getName() {
    return openid;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WeChatUser that
        && app.equals(that.app)
        && appid.equals(that.appid)
        && openid.equals(that.openid);
  }

  @Override
  public int hashCode() {
    return 31 * app.hashCode() + openid.hashCode();
  }

  /** Without the unionid. */
  @Override
  public String toString() {
    return "WeChatUser[app=" + app + ", openid=" + openid + "]";
  }
}
