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
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Calls the two of a {@link Pairing} alternately, one iteration each, in one JVM: disturbances of
 * the machine and choices of the JIT compiler affect both alike.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class PairBenchmark {
  /** The name of a {@link Pairing}. */
  @Param("MYSQL")
  String pairing;

  /** The name of an {@link Operation}. */
  @Param("GET_TOKEN")
  String operation;

  private Pairing.Pair pair;
  private Operation measured;
  private int iteration;

  /** For JMH. */
  public PairBenchmark() {}

  /** Connects. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    measured = Operation.valueOf(operation);
    pair = Pairing.valueOf(pairing).open();
    iteration = -1;
  }

  /** Counts both warm-up and measured iterations. */
  @Setup(Level.Iteration)
  public void begin() {
    iteration++;
  }

  /** Disconnects. */
  @TearDown(Level.Trial)
  public void close() {
    pair.close();
  }

  /** A thread, with users of its own. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare first.
  public static class Caller {
    private Workload<?> baseline;
    private Workload<?> candidate;
    private Workload<?> onTurn;

    /** For JMH. */
    public Caller() {}

    /** Stores tokens. */
    @Setup(Level.Trial)
    public void prepare(PairBenchmark benchmark, ThreadParams thread) throws Exception {
      int index = thread.getThreadIndex();
      baseline = Workload.start(benchmark.pair.baseline(), 'b', index);
      candidate = Workload.start(benchmark.pair.candidate(), 'c', index);
    }

    /** Selects the contender of this iteration. */
    @Setup(Level.Iteration)
    public void take(PairBenchmark benchmark) {
      onTurn = Turns.isCandidates(benchmark.iteration) ? candidate : baseline;
    }
  }

  /** Makes one call. */
  @Benchmark
  public Object call(Caller caller) throws Exception {
    return measured.run(caller.onTurn);
  }
}
