package io.github.wxtoken.faults;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A forked JVM that runs {@link ClusterNode}. Accepts one command at a time. */
final class NodeProcess implements AutoCloseable {
  /** The timeout of an answer, because waiting for one cannot be interrupted. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final String name;
  private final Process process;
  private final Path log;
  private final Path history;
  private final BufferedReader answers;
  private final Writer commands;
  private final Semaphore arrivals = new Semaphore(0);

  private NodeProcess(String name, Process process, Path log, Path history) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.history = history;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  static NodeProcess start(
      String name, String storeUrl, KeyRing keys, WeChatSimulator weChat, Times times) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java, "-Xmx128m", "-XX:TieredStopAtLevel=1", ClusterNode.class.getName());
    // Not on the command line: every user of the machine can read it.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_NODE", name);
    builder.environment().put("WXTOKEN_STORE", storeUrl);
    builder.environment().put("WXTOKEN_KEYS", keys.toText());
    builder.environment().put("WXTOKEN_WECHAT", weChat.uri().toString());
    builder.environment().put("WXTOKEN_APPID", WeChatSimulator.APPID);
    builder.environment().put("WXTOKEN_SECRET", WeChatSimulator.SECRET);
    builder.environment().put("WXTOKEN_TIMES", times.toText());
    try {
      Path log = Files.createTempFile("wxtoken-node", ".log");
      log.toFile().deleteOnExit();
      Path history = Files.createTempFile("wxtoken-node", ".history");
      history.toFile().deleteOnExit();
      builder.environment().put("WXTOKEN_HISTORY", history.toString());
      builder.redirectError(log.toFile());
      return new NodeProcess(name, builder.start(), log, history);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command and returns the lines of its answer. */
  CompletableFuture<List<String>> send(String command) {
    return CompletableFuture.supplyAsync(
            () -> {
              write(command);
              return answer();
            },
            task -> new Thread(task).start())
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private synchronized void write(String line) {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads lines up to {@code done}, which a node also prints when it is ready. */
  List<String> answer() {
    List<String> lines = new ArrayList<>();
    try {
      for (String line; (line = answers.readLine()) != null; ) {
        if (line.equals("done")) {
          return lines;
        }
        if (line.startsWith("at ")) {
          arrivals.release();
        } else {
          lines.add(line);
        }
      }
      throw new IllegalStateException("the node has ended: " + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until this number of threads are held at the armed point. */
  boolean awaitArrivals(int threads, Duration atMost) throws InterruptedException {
    return arrivals.tryAcquire(threads, atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Releases the threads that the armed point holds. */
  void release() {
    write("release");
  }

  /** Stops the whole process, at any point, until it is resumed. */
  void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Kills the process at once, at any point. */
  void kill() throws IOException, InterruptedException {
    signal("KILL");
    process.waitFor();
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("SIG" + signal + " was not sent");
    }
  }

  /** Closes its client, which finishes its work, and waits until the process has ended. */
  void finish() throws IOException, InterruptedException {
    commands.close();
    process.waitFor();
  }

  /** Returns its name in its history. */
  String name() {
    return name;
  }

  /** Returns the file in which it logs its operations on the store. */
  Path history() {
    return history;
  }

  /** Ends the process; afterwards no process uses its store's files. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
