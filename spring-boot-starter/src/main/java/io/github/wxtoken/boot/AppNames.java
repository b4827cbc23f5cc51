package io.github.wxtoken.boot;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The names of the apps in {@code wxtoken.apps}, before the properties are bound. */
final class AppNames {
  private AppNames() {}

  static Set<String> of(Environment environment) {
    return new TreeSet<>(
        Binder.get(environment)
            .bind("wxtoken.apps", Bindable.mapOf(String.class, Object.class))
            .map(Map::keySet)
            .orElse(Set.of()));
  }
}
