package io.github.wxtoken.examples.mixed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of the cluster from outside, Node's or Java's: both use the same protocol. */
final class MixedProcess implements Member, AutoCloseable {
  private static final int READY = 0;
  private static final long PATIENCE_SECONDS = 60;

  private final boolean java;
  private final Process process;
  private final Path log;
  private final Writer commands;
  private final AtomicInteger ids = new AtomicInteger(READY);
  private final ConcurrentMap<Integer, CompletableFuture<Answer>> waiting =
      new ConcurrentHashMap<>();
  private final CompletableFuture<Answer> ready;
  private volatile boolean ended;

  private MixedProcess(boolean java, Process process, Path log) {
    this.java = java;
    this.process = process;
    this.log = log;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.ready = expect(READY);
  }

  static MixedProcess ofJava(Map<String, String> environment, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog.level=WARN",
            "-classpath",
            System.getProperty("java.class.path"),
            JavaNode.class.getName());
    return start(true, builder, environment, log);
  }

  static MixedProcess ofNode(Path directory, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of("node", "--no-warnings", "process.js"));
    builder.directory(directory.toFile());
    return start(false, builder, environment, log);
  }

  private static MixedProcess start(
      boolean java, ProcessBuilder builder, Map<String, String> environment, Path log)
      throws IOException {
    // Not on the command line: every user of the machine can read it.
    builder.environment().putAll(environment);
    builder.redirectError(log.toFile());
    MixedProcess started = new MixedProcess(java, builder.start(), log);
    Thread reader = new Thread(started::readAnswers, "answers");
    reader.setDaemon(true);
    reader.start();
    return started;
  }

  /** Waits until it has opened the store. */
  void awaitReady() throws IOException {
    Answer answer = ready.join();
    if (!answer.ok()) {
      throw new IOException(answer.text());
    }
  }

  @Override
  public boolean isJava() {
    return java;
  }

  @Override
  public CompletableFuture<Answer> send(String command, String argument) {
    int id = ids.incrementAndGet();
    CompletableFuture<Answer> answer = expect(id);
    try {
      synchronized (commands) {
        commands.write(id + " " + command + " " + argument + "\n");
        commands.flush();
      }
    } catch (IOException e) {
      answer.complete(died());
    }
    return answer;
  }

  private CompletableFuture<Answer> expect(int id) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    if (ended) {
      answer.complete(died());
    }
    return answer.completeOnTimeout(
        new Answer(false, "no answer in " + PATIENCE_SECONDS + " s; see " + log),
        PATIENCE_SECONDS,
        TimeUnit.SECONDS);
  }

  private void readAnswers() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        String[] parts = line.split(" ", 3);
        CompletableFuture<Answer> answer = waiting.remove(Integer.parseInt(parts[0]));
        if (answer != null) {
          answer.complete(new Answer(parts[1].equals("ok"), parts[2]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ended = true;
      waiting.values().forEach(answer -> answer.complete(died()));
    }
  }

  private Answer died() {
    return new Answer(false, "a " + (java ? "Java" : "Node") + " process ended; see " + log);
  }

  /** Asks the process to end, and kills it if it does not. */
  @Override
  public void close() {
    try {
      commands.close();
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
}
