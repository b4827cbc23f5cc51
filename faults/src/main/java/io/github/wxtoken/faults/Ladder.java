package io.github.wxtoken.faults;

import io.github.wxtoken.faults.TestServer.Start;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The possible sources of a role's server, in order; the first available one is used. */
record Ladder(String role, @Nullable Start container, @Nullable Start embedded) {
  static final String EMBEDDED = "embedded";

  /** The conditions that decide which sources are available. */
  record Environment(
      Map<String, String> variables, boolean containersRequired, BooleanSupplier engineAnswers) {

    static Environment ofThisJvm() {
      return new Environment(System.getenv(), isContainersRequired(), Engine::answers);
    }

    /** Tells whether Maven's command line has {@code -Dcontainers=required}. */
    static boolean isContainersRequired() {
      String containers = System.getProperty("containers", "auto");
      if (!containers.equals("auto") && !containers.equals("required")) {
        throw new IllegalArgumentException("containers must be auto or required");
      }
      return containers.equals("required");
    }
  }

  /** The URL of a server, and its source. */
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
