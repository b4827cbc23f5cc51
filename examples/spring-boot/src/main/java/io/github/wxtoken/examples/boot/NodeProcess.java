package io.github.wxtoken.examples.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The {@link Application} in a process of its own. */
final class NodeProcess implements AutoCloseable {
  private static final String READY = "Open ";

  /** Small and quick to start. */
  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final CompletableFuture<URI> uri = new CompletableFuture<>();

  private NodeProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param properties as environment variables, since every user of the machine can list arguments
   * @param log for what it prints
   */
  static NodeProcess start(Map<String, String> properties, PrintStream log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.add(Application.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(properties);
    NodeProcess node = new NodeProcess(builder.start());
    Thread reader = new Thread(() -> node.read(log), "log of a node");
    reader.setDaemon(true);
    reader.start();
    return node;
  }

  private void read(PrintStream log) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(line);
        if (line.startsWith(READY)) {
          uri.complete(URI.create(line.substring(READY.length())));
        }
      }
    } catch (IOException e) {
      log.println("the output of a node broke off: " + e.getMessage());
    }
    uri.completeExceptionally(new IllegalStateException("a node ended; its output says why"));
  }

  /** Waits until it serves, and returns its address. */
  URI uri() {
    return uri.join();
  }

  /** Sends SIGKILL: the process cannot finish or release anything. Returns when it is dead. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
