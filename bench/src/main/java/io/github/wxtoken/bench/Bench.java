package io.github.wxtoken.bench;

import io.github.wxtoken.bench.LocalBenchmark.Local;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;

/** The program: finds servers, runs the available benchmarks, and writes the tables. */
public final class Bench {
  private final BenchOptions options;
  private final Jmh jmh;
  private final Results results = new Results();
  private int failures;

  private Bench(BenchOptions options) throws IOException {
    this.options = options;
    this.jmh = new Jmh(options, Files.createDirectories(options.out().resolve("jmh")));
  }

  /**
   * Runs the benchmarks. Exits with 0, with 1 if one failed because an operation did not do its
   * work, or with 2 if the arguments are wrong.
   *
   * @param arguments see {@code --help}
   * @throws IOException if results cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    BenchOptions options;
    try {
      options = BenchOptions.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    if (options.help()) {
      System.out.print(BenchOptions.USAGE);
      return;
    }
    Bench bench = new Bench(options);
    bench.run();
    System.exit(bench.failures == 0 ? 0 : 1);
  }

  private void run() throws IOException {
    results.note(machine());
    Path folder = Files.createTempDirectory(options.out(), "files");
    try {
      jmh.tell(Server.FILES, folder.toString());
      for (Server server : Server.values()) {
        List<Pairing> pairings =
            options.pairings().stream().filter(pairing -> pairing.server == server).toList();
        List<AppToken> appTokens =
            options.appTokens().stream().filter(way -> way.server == server).toList();
        if (!pairings.isEmpty() || !appTokens.isEmpty()) {
          run(server, pairings, appTokens);
        }
      }
      measureAlone();
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
    say("%nThe tables are in %s.", options.out().resolve("results.md"));
  }

  private static String machine() {
    return String.format(
        Locale.ROOT,
        "%s %s, JDK %s, %d processors, which clients and servers share",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        Runtime.getRuntime().availableProcessors());
  }

  /** Runs one server at a time, so that no server uses another's processors. */
  private void run(Server server, List<Pairing> pairings, List<AppToken> appTokens)
      throws IOException {
    Image image = server.image;
    if (image == null) {
      compare(pairings);
      measure(appTokens);
    } else if (server.ofUser().isPresent()) {
      results.note(server.title + ": the server that " + server.variable() + " names");
      compare(pairings);
      measure(appTokens);
    } else {
      try (Image.Running container = start(image)) {
        if (container == null) {
          say("No %s: set %s, or start Docker.", server.title, server.variable());
          return;
        }
        jmh.tell(server, container.url());
        results.note(server.title + ": container " + image.tag + ", its own settings");
        compare(pairings);
        measure(appTokens);
      }
    }
  }

  private Image.@Nullable Running start(Image image) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return null;
    }
    try {
      return image.start();
    } catch (IOException | ContainerFetchException | ContainerLaunchException e) {
      say("Container %s does not start: %s", image.tag, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void compare(List<Pairing> pairings) throws IOException {
    for (Pairing pairing : pairings) {
      for (Operation operation : pairing.operations()) {
        for (int threads : options.threads()) {
          compare(pairing, operation, threads);
        }
      }
    }
  }

  private void compare(Pairing pairing, Operation operation, int threads) throws IOException {
    String what =
        String.format(
            Locale.ROOT,
            "%s: %s, %s, %d threads",
            pairing.where,
            pairing.candidate,
            operation.method,
            threads);
    try {
      Comparison comparison = jmh.compare(pairing, operation, threads);
      results.add(comparison);
      write();
      say("%s: %.2f of %s", what, comparison.ratio(), pairing.baseline);
    } catch (RunnerException e) {
      fail(what);
    }
  }

  /** Reports a failure; the other benchmarks still run. */
  private void fail(String what) {
    failures++;
    say("%s: failed; its log in %s says why", what, options.out().resolve("jmh"));
  }

  private void measure(List<AppToken> ways) throws IOException {
    for (AppToken way : ways) {
      for (int threads : options.threads()) {
        alone(way.title, threads, () -> jmh.measure(way, threads));
      }
    }
  }

  private void measureAlone() throws IOException {
    for (int threads : options.threads()) {
      for (String method : options.json() ? List.of("toJson", "fromJson") : List.<String>of()) {
        alone("OAuthToken." + method, threads, () -> jmh.measureJson(method, threads));
      }
      for (Local local : options.locals()) {
        for (Operation operation : local.operations()) {
          alone(local.title(operation), threads, () -> jmh.measure(local, operation, threads));
        }
      }
    }
  }

  /** Measures something. */
  private interface Measurement {
    Measured run() throws RunnerException;
  }

  private void alone(String what, int threads, Measurement measurement) throws IOException {
    try {
      Measured measured = measurement.run();
      results.add(measured);
      write();
      say("%s, %d threads: %,.0f calls/s", what, threads, measured.throughput());
    } catch (RunnerException e) {
      fail(what + ", " + threads + " threads");
    }
  }

  /** Writes the results after each line, so that an interrupted run keeps them. */
  private void write() throws IOException {
    Files.writeString(options.out().resolve("results.md"), results.markdown());
    Files.writeString(options.out().resolve("results.json"), results.json());
  }

  private static void say(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format + "%n", arguments);
  }
}
