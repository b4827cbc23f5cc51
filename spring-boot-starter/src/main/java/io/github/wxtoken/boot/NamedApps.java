package io.github.wxtoken.boot;

import io.github.wxtoken.AppCredentials;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The checked apps of {@code wxtoken.apps}, by name and by appid. */
final class NamedApps {
  private final Map<String, AppSettings> byName = new TreeMap<>();
  private final Map<String, AppCredentials> byAppid = new HashMap<>();

  /**
   * Checks them.
   *
   * @throws WeChatConfigurationException if one is incomplete, or two have the same appid
   */
  NamedApps(Map<String, WeChatProperties.App> apps) {
    apps.forEach(
        (name, app) -> {
          AppSettings settings = AppSettings.of("wxtoken.apps." + name, app);
          byName.put(name, settings);
          if (byAppid.putIfAbsent(settings.appid(), settings.credentials()) != null) {
            throw new WeChatConfigurationException(
                "wxtoken.apps." + name + ".appid is another app's, too: " + settings.appid(),
                "Give each of wxtoken.apps an appid of its own.");
          }
        });
  }

  AppSettings settings(String name) {
    AppSettings settings = byName.get(name);
    if (settings == null) {
      throw new IllegalStateException("there is no wxtoken.apps." + name);
    }
    return settings;
  }

  Collection<AppSettings> all() {
    return byName.values();
  }

  Set<String> names() {
    return byName.keySet();
  }

  @Nullable AppCredentials credentials(String appid) {
    return byAppid.get(appid);
  }
}
