package io.github.wxtoken.faults;

import io.github.wxtoken.faults.TestServer.Start;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where the server of a role comes from: the first rung that is there. */
record Ladder(String role, @Nullable Start container, @Nullable Start embedded) {
  static final String EMBEDDED = "embedded";

  /** What decides which rungs are there. */
  record Environment(
      Map<String, String> variables, boolean containersRequired, BooleanSupplier engineAnswers) {

    static Environment ofThisJvm() {
      return new Environment(System.getenv(), isContainersRequired(), Engine::answers);
    }

    /** What {@code -Dcontainers=required} on Maven's command line says. */
    static boolean isContainersRequired() {
      String containers = System.getProperty("containers", "auto");
      if (!containers.equals("auto") && !containers.equals("required")) {
        throw new IllegalArgumentException("containers must be auto or required");
      }
      return containers.equals("required");
    }
  }

  /** The URL of a server, and the rung that it was found on. */
  record Found(String url, String how) {}

  Found find(Environment environment) throws Exception {
    String variable = "WXTOKEN_TEST_" + role.toUpperCase(Locale.ROOT).replace('-', '_') + "_URL";
    String url = environment.variables().getOrDefault(variable, "");
    if (!url.isBlank()) {
      return new Found(url, "variable");
    }
    if (container != null && environment.engineAnswers().getAsBoolean()) {
      return new Found(container.start(), "Testcontainers");
    }
    if (embedded == null || environment.containersRequired()) {
      throw new IllegalStateException(
          "no container engine answers, and "
              + (environment.containersRequired()
                  ? "containers are required"
                  : "there is no embedded server")
              + "; start an engine, or name a server in "
              + variable);
    }
    return new Found(embedded.start(), EMBEDDED);
  }
}
