package io.github.wxtoken.bench;

import io.github.wxtoken.bench.LocalBenchmark.Local;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs JMH: a forked JVM for each line of the tables. JMH's own output goes to one file each. */
final class Jmh {
  private final BenchOptions options;
  private final Path logs;
  private final List<String> jvmArguments = new ArrayList<>();

  /**
   * @param logs an existing folder
   */
  Jmh(BenchOptions options, Path logs) {
    this.options = options;
    this.logs = logs;
    // A heap of constant size. SQLite's driver loads native code.
    jvmArguments.addAll(List.of("-Xms1g", "-Xmx1g", "--enable-native-access=ALL-UNNAMED"));
  }

  /** Passes the URL of a started server to the forked JVMs. */
  void tell(Server server, String url) {
    jvmArguments.add("-D" + server.property() + "=" + url);
  }

  /** Measures both of a pair alternately. */
  Comparison compare(Pairing pairing, Operation operation, int threads) throws RunnerException {
    List<Figures> turns =
        iterations(
                PairBenchmark.class.getName() + ".call",
                pairing.name() + "-" + operation.method,
                threads,
                new OptionsBuilder()
                    .param("pairing", pairing.name())
                    .param("operation", operation.name())
                    .measurementIterations(2 * options.rounds()))
            .stream()
            .map(iteration -> Figures.of(iteration, threads))
            .toList();
    return new Comparison(
        pairing, operation, threads, Turns.of(false, turns), Turns.of(true, turns));
  }

  /** Measures a store that has no peer. */
  Measured measure(Local local, Operation operation, int threads) throws RunnerException {
    List<IterationResult> iterations =
        iterations(
            LocalBenchmark.class.getName() + ".call",
            local.name() + "-" + operation.method,
            threads,
            new OptionsBuilder()
                .param("local", local.name())
                .param("operation", operation.name())
                .measurementIterations(options.rounds()));
    return Measured.of(local.title(operation), threads, iterations);
  }

  /** Measures a way to get the app's own token. */
  Measured measure(AppToken way, int threads) throws RunnerException {
    List<IterationResult> iterations =
        iterations(
            AppTokenBenchmark.class.getName() + ".get",
            "app-token-" + way.name().replace('_', '-'),
            threads,
            new OptionsBuilder().param("way", way.name()).measurementIterations(options.rounds()));
    return Measured.of(way.title, threads, iterations);
  }

  /** Measures a method of {@link JsonBenchmark}. */
  Measured measureJson(String method, int threads) throws RunnerException {
    List<IterationResult> iterations =
        iterations(
            JsonBenchmark.class.getName() + "." + method,
            method,
            threads,
            new OptionsBuilder().measurementIterations(options.rounds()));
    return Measured.of("OAuthToken." + method, threads, iterations);
  }

  private List<IterationResult> iterations(
      String benchmark, String name, int threads, ChainedOptionsBuilder builder)
      throws RunnerException {
    String log = String.format(Locale.ROOT, "%s-%d.log", name.toLowerCase(Locale.ROOT), threads);
    builder
        .include("^" + benchmark.replace(".", "\\.") + "$")
        .threads(threads)
        .forks(1)
        .warmupIterations(Turns.WARM_UP)
        .warmupTime(TimeValue.milliseconds(options.warmUp() / Turns.WARM_UP))
        .measurementTime(TimeValue.milliseconds(options.millis()))
        .addProfiler(CpuProfiler.class)
        .addProfiler(GCProfiler.class)
        .jvmArgs(jvmArguments.toArray(String[]::new))
        .shouldFailOnError(true)
        .output(logs.resolve(log).toString());
    RunResult result = new Runner(builder.build()).runSingle();
    BenchmarkResult fork = result.getBenchmarkResults().iterator().next();
    return List.copyOf(fork.getIterationResults());
  }
}
