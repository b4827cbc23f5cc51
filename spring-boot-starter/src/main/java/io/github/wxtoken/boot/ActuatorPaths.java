package io.github.wxtoken.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Matches the paths of Actuator's endpoints. The matcher of Spring Boot is in another package in
 * version 4. The endpoints are looked up with the first request, since to find them creates them.
 */
final class ActuatorPaths implements RequestMatcher {
  private final Supplier<List<String>> paths;
  private volatile @Nullable RequestMatcher matcher;

  private ActuatorPaths(Supplier<List<String>> paths) {
    this.paths = paths;
  }

  static ActuatorPaths health(ObjectProvider<PathMappedEndpoints> endpoints) {
    return new ActuatorPaths(
        () -> {
          List<String> health = new ArrayList<>();
          endpoints.ifAvailable(all -> addIfThere(health, all.getPath(EndpointId.of("health"))));
          return health;
        });
  }

  /** The endpoints, and the list of them at the base path. */
  static ActuatorPaths all(ObjectProvider<PathMappedEndpoints> endpoints) {
    return new ActuatorPaths(
        () -> {
          List<String> paths = new ArrayList<>();
          endpoints.ifAvailable(
              all -> {
                paths.addAll(all.getAllPaths());
                addIfThere(paths, all.getBasePath().equals("/") ? "" : all.getBasePath());
              });
          return paths;
        });
  }

  private static void addIfThere(List<String> paths, @Nullable String path) {
    if (path != null && !path.isEmpty()) {
      paths.add(path);
    }
  }

  @Override
  public boolean matches(HttpServletRequest request) {
    RequestMatcher known = matcher;
    if (known == null) {
      known = make(paths.get());
      matcher = known;
    }
    return Objects.requireNonNull(known).matches(request);
  }

  private static RequestMatcher make(List<String> paths) {
    if (paths.isEmpty()) {
      return request -> false;
    }
    PathPatternRequestMatcher.Builder matchers = PathPatternRequestMatcher.withDefaults();
    return new OrRequestMatcher(
        paths.stream().<RequestMatcher>map(path -> matchers.matcher(path + "/**")).toList());
  }
}
