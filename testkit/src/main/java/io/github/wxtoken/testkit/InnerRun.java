package io.github.wxtoken.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of JUnit inside a test, which notifies no listener but the given one. */
public final class InnerRun {
  private InnerRun() {}

  /**
   * Runs suites one after the other and returns when they have ended.
   *
   * @param listener is notified of each test
   * @param parameters JUnit's configuration parameters
   * @param suites the classes to run
   */
  public static void execute(
      TestExecutionListener listener, Map<String, String> parameters, Class<?>... suites) {
    execute(listener, parameters, List.of(suites));
  }

  static void execute(
      TestExecutionListener listener,
      Map<String, String> parameters,
      List<Class<?>> suites,
      PostDiscoveryFilter... filters) {
    LauncherConfig alone =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .build();
    LauncherFactory.create(alone)
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(suites.stream().map(suite -> selectClass(suite)).toList())
                .filters(filters)
                .configurationParameters(parameters)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build(),
            listener);
  }
}
