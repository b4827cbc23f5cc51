package io.github.wxtoken.examples;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A {@link Node} from outside: a process, its port and the connection to it. */
final class NodeProcess implements AutoCloseable {
  /**
   * For a short run on few cores: quick to start, small, and without a thread for garbage
   * collection.
   */
  private static final List<String> JVM =
      List.of(
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "-Dlog.level=INFO");

  private final Process process;
  private final BufferedReader from;
  private final BufferedWriter to;
  private final Path log;
  private final LongAdder answers = new LongAdder();
  private volatile boolean killed;
  private @Nullable URI uri;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.from = process.inputReader();
    this.to = process.outputWriter();
    this.log = log;
  }

  /** Starts a process, which is ready once {@link #awaitReady} has returned. */
  static NodeProcess start(Map<String, String> environment, Duration clockOffset, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(Node.class.getName(), Long.toString(clockOffset.toMillis())));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new NodeProcess(builder.start(), log);
  }

  void awaitReady() throws IOException {
    uri = URI.create("http://127.0.0.1:" + receive());
  }

  URI uri() {
    if (uri == null) {
      throw new IllegalStateException("not ready yet");
    }
    return uri;
  }

  void setClock(Duration offset) throws IOException {
    send(Long.toString(offset.toMillis()));
  }

  /** Returns its listener's counts, as {@link Metrics#toLine} writes them. */
  String metrics() throws IOException {
    return send("metrics");
  }

  private String send(String order) throws IOException {
    to.write(order + "\n");
    to.flush();
    return receive();
  }

  private String receive() throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new IOException("a node ended by itself; its log is " + log);
    }
    return line;
  }

  /** Sends SIGKILL: the process cannot finish or release anything. Returns when it is dead. */
  void kill() throws InterruptedException {
    killed = true;
    process.destroyForcibly().waitFor();
  }

  /** Tells whether it was killed, so that a request may fail without a fault. */
  boolean wasKilled() {
    return killed;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void countAnswer() {
    answers.increment();
  }

  long answers() {
    return answers.sum();
  }

  /** Asks the process to end, and kills it if it does not. */
  @Override
  public void close() {
    try {
      to.close();
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process at once, for a demo that is being ended itself. */
  void abandon() {
    process.destroyForcibly();
  }
}
