package io.github.wxtoken.testkit;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A forked JVM that runs {@link ClusterNode}. */
final class NodeProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final BufferedReader answers;
  private final Writer commands;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  static NodeProcess start(String storeUrl, WeChatSimulator weChat) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java, "-Xmx128m", "-XX:TieredStopAtLevel=1", ClusterNode.class.getName());
    // Not on the command line, which every user of the machine can read.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_STORE", storeUrl);
    builder.environment().put("WXTOKEN_WECHAT", weChat.uri().toString());
    builder.environment().put("WXTOKEN_APPID", WeChatSimulator.APPID);
    builder.environment().put("WXTOKEN_SECRET", WeChatSimulator.SECRET);
    try {
      Path log = Files.createTempFile("wxtoken-node", ".log");
      log.toFile().deleteOnExit();
      builder.redirectError(log.toFile());
      return new NodeProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command; what comes back are the lines of its answer. */
  CompletableFuture<List<String>> send(String command) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            commands.write(command + "\n");
            commands.flush();
            return answer();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task).start());
  }

  /** Reads lines up to {@code done}, which is also what a node says when it is ready. */
  List<String> answer() {
    List<String> lines = new ArrayList<>();
    try {
      for (String line; (line = answers.readLine()) != null; lines.add(line)) {
        if (line.equals("done")) {
          return lines;
        }
      }
      throw new IllegalStateException("the node has ended: " + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
