package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Converts a token to JSON and back: the cost that Redis and files add to the driver. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class JsonBenchmark {
  private final OAuthToken token = Samples.token(Samples.openid('j', 1), 1);
  private final String json = token.toJson();

  /** For JMH. */
  public JsonBenchmark() {}

  /** Writes a token. */
  @Benchmark
  public String toJson() {
    return token.toJson();
  }

  /** Reads a token. */
  @Benchmark
  public OAuthToken fromJson() {
    return OAuthToken.fromJson(json);
  }
}
