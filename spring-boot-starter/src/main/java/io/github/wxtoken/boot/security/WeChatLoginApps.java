package io.github.wxtoken.boot.security;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The apps that users can sign in to. The starter makes them of {@code wxtoken.appid} and {@code
 * wxtoken.apps}. An application whose apps come and go at run time defines a bean of its own.
 */
@FunctionalInterface
public interface WeChatLoginApps {

  /**
   * Finds the app of a path such as {@code /login/wechat/shop}.
   *
   * @param name the name in the path, which a browser sent
   * @return the app, or null if there is none
   */
  @Nullable WeChatLoginApp find(String name);

  /**
   * Returns the apps that a visitor without a choice may be sent to. In WeChat's browser the
   * service accounts among them are offered, elsewhere the website apps; if none is of that kind,
   * all of them. One app is used at once, of several the visitor chooses.
   *
   * @return the apps, none by default
   */
  default List<WeChatLoginApp> offered() {
    return List.of();
  }
}
