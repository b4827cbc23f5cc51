package io.github.wxtoken.bench;

import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
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

/** The stores that have no server and no driver, and the client on one of them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class LocalBenchmark {
  /** The name of a {@link Local}. */
  @Param("MEMORY")
  String local;

  /** The name of an {@link Operation}. */
  @Param("GET_TOKEN")
  String operation;

  private Contender<?> contender;
  private Operation measured;

  /** The stores that are measured without a peer. */
  enum Local {
    MEMORY,
    FILES,
    CLIENT;

    Set<Operation> operations() {
      return this == CLIENT ? EnumSet.of(Operation.GET_TOKEN) : Operation.single();
    }

    String title(Operation operation) {
      return switch (this) {
        case MEMORY -> "MemoryTokenStore." + operation.method;
        case FILES -> "FileTokenStore." + operation.method;
        case CLIENT -> "WeChatOAuth.getValidToken on a MemoryTokenStore";
      };
    }

    Contender<?> open() {
      return switch (this) {
        case MEMORY -> new StoreContender(TokenStores.open("memory:"));
        case FILES -> new StoreContender(TokenStores.open("file:" + folder()));
        case CLIENT -> new ClientContender(TokenStores.open("memory:"));
      };
    }

    private static Path folder() {
      try {
        return Files.createDirectories(Path.of(Server.FILES.url()).resolve("files"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** For JMH. */
  public LocalBenchmark() {}

  /** Opens the store. */
  @Setup(Level.Trial)
  public void open() {
    measured = Operation.valueOf(operation);
    contender = Local.valueOf(local).open();
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() {
    contender.close();
  }

  /** A thread, with users of its own. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls prepare first.
  public static class Caller {
    private Workload<?> workload;

    /** For JMH. */
    public Caller() {}

    /** Stores tokens. */
    @Setup(Level.Trial)
    public void prepare(LocalBenchmark benchmark, ThreadParams thread) throws Exception {
      workload = Workload.start(benchmark.contender, 'l', thread.getThreadIndex());
    }
  }

  /** Makes one call. */
  @Benchmark
  public Object call(Caller caller) throws Exception {
    return measured.run(caller.workload);
  }
}
