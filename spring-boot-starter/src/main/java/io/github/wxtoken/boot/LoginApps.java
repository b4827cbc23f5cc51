package io.github.wxtoken.boot;

import io.github.wxtoken.boot.security.WeChatLoginApp;
import io.github.wxtoken.boot.security.WeChatLoginApps;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The apps of the properties that have a web login: the main app, then the others by name. */
final class LoginApps implements WeChatLoginApps {
  private final Map<String, WeChatLoginApp> byName = new LinkedHashMap<>();

  /**
   * Checks their names.
   *
   * @throws WeChatConfigurationException if two have the same name
   */
  LoginApps(Collection<WeChatLoginApp> apps) {
    for (WeChatLoginApp app : apps) {
      if (byName.putIfAbsent(app.name(), app) != null) {
        throw new WeChatConfigurationException(
            "wxtoken.apps." + app.name() + " has the name of the app of wxtoken.appid",
            "Choose another name in wxtoken.apps.");
      }
    }
  }

  @Override
  public @Nullable WeChatLoginApp find(String name) {
    return byName.get(name);
  }

  @Override
  public List<WeChatLoginApp> offered() {
    return List.copyOf(byName.values());
  }
}
