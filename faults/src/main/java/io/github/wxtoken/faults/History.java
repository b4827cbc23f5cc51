package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Operation.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The operations on a store and its answers, in all processes of one machine. An operation is
 * logged when it is invoked and when it ends, so the history also has an operation that a kill
 * interrupted. Thread-safe.
 *
 * <p>The order of operations of different processes comes from {@link System#nanoTime()}, which
 * HotSpot takes from the machine's own monotonic clock; a run with several processes checks that.
 */
final class History implements Consumer<Operation> {
  private static final Set<Kind> OF_TOKENS =
      EnumSet.of(Kind.READ, Kind.SAVE, Kind.SAVE_IF_ABSENT, Kind.REPLACE, Kind.DELETE);

  private final ConcurrentMap<Id, Operation> operations = new ConcurrentHashMap<>();

  private record Id(String process, long number) {}

  /** Adds an operation, or the outcome of an earlier one. */
  @Override
  public void accept(Operation operation) {
    operations.put(new Id(operation.process(), operation.id()), operation);
  }

  /** Returns the operations in the order in which they were invoked. */
  List<Operation> operations() {
    return operations.values().stream()
        .sorted(Comparator.comparingLong(Operation::invoked))
        .toList();
  }

  /** Returns the operations on each openid's token, in the order of invocation. */
  Map<String, List<Operation>> ofTokens() {
    return operations().stream()
        .filter(operation -> OF_TOKENS.contains(operation.kind()))
        .collect(Collectors.groupingBy(Operation::key));
  }

  /** Returns the operations of one kind. */
  Stream<Operation> all(Kind kind) {
    return operations.values().stream().filter(operation -> operation.kind() == kind);
  }

  /** Moves the log of a process into this history; the process may have died while it wrote. */
  void takeFrom(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      lines.map(Operation::fromLine).forEach(this);
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a new history: for each openid, the last token read counts as saved at that time.
   *
   * @throws IllegalStateException if the last operation on an openid was not a read
   */
  void forgetAllButWhatIsStored() {
    List<Operation> stored = ofTokens().values().stream().map(History::stored).toList();
    operations.clear();
    stored.forEach(this);
  }

  private static Operation stored(List<Operation> operations) {
    Operation last = operations.get(operations.size() - 1);
    boolean untouched = operations.size() == 1 && last.kind() == Kind.SAVE;
    if (last.hasFailed() || (last.kind() != Kind.READ && !untouched)) {
      throw new IllegalStateException("nobody has read what was written last");
    }
    return last.asSave();
  }

  /** Logs to a file so that a kill of the process loses nothing. Thread-safe. */
  static Consumer<Operation> writer(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return operation -> {
      // One write per line: the operating system receives the whole line, or none of it.
      ByteBuffer line = StandardCharsets.UTF_8.encode(operation.toLine() + "\n");
      try {
        channel.write(line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
