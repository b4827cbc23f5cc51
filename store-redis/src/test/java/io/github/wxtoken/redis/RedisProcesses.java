package io.github.wxtoken.redis;

import io.github.wxtoken.faults.FailoverContract.ReplicatedServers;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * Redis processes that know each other, in one container: they have the same addresses within as
 * without.
 */
final class RedisProcesses implements ReplicatedServers {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final GenericContainer<?> container;
  private final String url;
  private final int primary;
  private final int replica;

  private RedisProcesses(GenericContainer<?> container, String url, int primary, int replica) {
    this.container = container;
    this.url = url;
    this.primary = primary;
    this.replica = replica;
  }

  /** Returns the command that starts a server. */
  static String server(int port, String options) {
    return "redis-server --bind 0.0.0.0 --protected-mode no --save '' --pidfile /tmp/"
        + port
        + ".pid --daemonize yes --repl-diskless-sync-delay 0 --port "
        + port
        + " "
        + options
        + "; ";
  }

  /** Returns the commands that start a Sentinel. */
  static String sentinel(int port, int master) {
    String settings =
        String.join(
            "\\n",
            "port " + port,
            "bind 0.0.0.0",
            "protected-mode no",
            "daemonize yes",
            "sentinel monitor wx 127.0.0.1 " + master + " 2",
            "sentinel down-after-milliseconds wx 2000",
            "sentinel failover-timeout wx 6000");
    String file = "/tmp/sentinel" + port + ".conf";
    return "printf '" + settings + "\\n' > " + file + "; redis-server " + file + " --sentinel; ";
  }

  /**
   * Starts processes.
   *
   * @param script starts them
   * @param ports their ports, the same ones of the host
   * @param primary the port of the process to kill
   * @param replica the port of a replica
   * @param ready waits until they know each other
   */
  static RedisProcesses start(
      String script,
      List<Integer> ports,
      String url,
      int primary,
      int replica,
      Consumer<RedisProcesses> ready) {
    GenericContainer<?> container =
        new GenericContainer<>(Servers.REDIS_IMAGE)
            .withCommand("sh", "-c", script + "exec sleep 600")
            .withExposedPorts(ports.toArray(Integer[]::new))
            .waitingFor(Wait.forListeningPorts(ports.stream().mapToInt(port -> port).toArray()));
    container.setPortBindings(ports.stream().map(port -> port + ":" + port).toList());
    RedisProcesses processes = new RedisProcesses(container, url, primary, replica);
    try {
      container.start();
      ready.accept(processes);
    } catch (RuntimeException e) {
      processes.close();
      throw e;
    }
    return processes;
  }

  /** Waits until the answer to a command has some texts. */
  void await(int port, String command, String... texts) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String answer = run("redis-cli -p " + port + " " + command).replace("\r", "");
      if (Arrays.stream(texts).allMatch(answer::contains)) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(command + " says " + answer);
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  /** Runs a command in the container, and returns what it prints. */
  String run(String command) {
    try {
      ExecResult result = container.execInContainer("sh", "-c", command);
      return result.getStdout() + result.getStderr();
    } catch (IOException e) {
      throw new IllegalStateException(command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command, e);
    }
  }

  @Override
  public String storeUrl() {
    return url;
  }

  @Override
  public String replicaUrl() {
    return "redis://127.0.0.1:" + replica;
  }

  @Override
  public void killPrimary() {
    run("kill -9 $(cat /tmp/" + primary + ".pid)");
  }

  @Override
  public void close() {
    container.stop();
  }
}
