package io.github.wxtoken.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of JUnit inside a test, which no listener but the given one hears of. */
final class InnerRun {
  private InnerRun() {}

  static void execute(
      TestExecutionListener listener, Map<String, String> parameters, Class<?>... suites) {
    LauncherConfig alone =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .build();
    LauncherFactory.create(alone)
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(suites).map(suite -> selectClass(suite)).toList())
                .configurationParameters(parameters)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build(),
            listener);
  }
}
