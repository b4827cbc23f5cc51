package io.github.wxtoken.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Gets the app's own access token while it is valid. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class AppTokenBenchmark {
  /** The name of an {@link AppToken}. */
  @Param("MEMORY")
  String way;

  private AppTokenContender contender;

  /** For JMH. */
  public AppTokenBenchmark() {}

  /** Opens the store, and fetches a token. */
  @Setup(Level.Trial)
  public void open() {
    contender = AppToken.valueOf(way).open();
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() {
    contender.close();
  }

  /** Gets the token. */
  @Benchmark
  public String get() {
    return contender.get();
  }
}
