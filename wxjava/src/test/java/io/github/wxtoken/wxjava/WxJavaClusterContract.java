package io.github.wxtoken.wxjava;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.simulator.Counters;
import io.github.wxtoken.simulator.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Four JVMs with {@code WxMpServiceImpl}, 8 threads each, on one store. WeChat counts every fetch,
 * so a token that WxJava fetched by itself would show.
 */
@Tag("faults")
abstract class WxJavaClusterContract {
  private static final int PROCESSES = 4;
  private static final int THREADS = 8;
  private static final int CALLS = 10;

  private final Scene scene = new Scene();
  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedReader> answers = new ArrayList<>();

  /** Returns the URL of an empty store that all processes reach. */
  abstract String storeUrl() throws Exception;

  @BeforeEach
  void start() throws Exception {
    scene.weChat.clock().resume();
    String url = storeUrl();
    for (int i = 0; i < PROCESSES; i++) {
      Process process = start(url);
      processes.add(process);
      answers.add(process.inputReader(StandardCharsets.UTF_8));
    }
    for (BufferedReader answer : answers) {
      assertThat(answer.readLine()).isEqualTo("ready");
    }
  }

  private Process start(String url) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-Xmx128m", "-XX:TieredStopAtLevel=1", WxJavaNode.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_STORE", url);
    builder.environment().put("WXTOKEN_WECHAT", scene.weChat.uri().toString());
    return builder.start();
  }

  @AfterEach
  void close() {
    processes.forEach(Process::destroyForcibly);
    scene.close();
  }

  /** Sends a command to all processes at once, and waits for their answers. */
  private void all(String command) throws IOException {
    for (Process process : processes) {
      Writer commands = process.outputWriter(StandardCharsets.UTF_8);
      commands.write(command + "\n");
      commands.flush();
    }
    for (BufferedReader answer : answers) {
      assertThat(answer.readLine()).isEqualTo("ok");
    }
  }

  private void later(Duration time) throws IOException {
    scene.later(time);
    Duration off = Duration.between(Instant.now(), scene.weChat.clock().instant());
    all("clock " + off.toMillis());
  }

  private long succeeded() {
    return scene.counters().successes(Endpoint.MENU);
  }

  private long refused() {
    return scene.counters().errors(Endpoint.MENU, 40001)
        + scene.counters().errors(Endpoint.MENU, 42001);
  }

  @Test
  void oneFetchAtTheStartThroughAnExpiryAndThroughARefusal() throws Exception {
    Counters counters = scene.counters();
    long calls = PROCESSES * THREADS * CALLS;
    all("call " + CALLS);
    assertThat(succeeded()).isEqualTo(calls);
    assertThat(scene.fetches()).isEqualTo(1);

    later(Duration.ofHours(2));
    all("call " + CALLS);
    assertThat(succeeded()).isEqualTo(2 * calls);
    assertThat(scene.fetches()).isEqualTo(2);
    assertThat(refused()).isZero();

    scene.weChat.killAppTokens(Scene.ACCOUNT);
    all("call " + CALLS);
    assertThat(succeeded()).isEqualTo(3 * calls);
    assertThat(refused()).isBetween(1L, (long) PROCESSES * THREADS);
    assertThat(scene.fetches()).isEqualTo(3);
    assertThat(counters.calls(Endpoint.TOKEN)).isZero();
    assertThat(counters.appTokensForced(Scene.ACCOUNT)).isZero();
  }
}
