package io.github.wxtoken.faults;

import io.github.wxtoken.faults.Ladder.Environment;
import io.github.wxtoken.faults.Ladder.Found;
import io.github.wxtoken.faults.Tally.Server;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.containers.GenericContainer;

/**
 * A server of integration tests, found by its role. The source is the first available of
 *
 * <ol>
 *   <li>the one whose URL is in the environment variable {@code WXTOKEN_TEST_<ROLE>_URL},
 *   <li>a container, when a container engine answers,
 *   <li>without an engine an embedded server, unless the system property {@code containers} is
 *       {@code required}: then there is none, and the tests that ask for it fail.
 * </ol>
 *
 * <p>Declare one per role and register it in each class that uses it; then {@link TestServerTable}
 * shows what the class ran against:
 *
 * <pre>{@code
 * static final TestServer MYSQL =
 *     TestServer.role("mysql")
 *         .container(
 *             () -> new GenericContainer<>("mysql:9.7").withExposedPorts(3306),
 *             mysql -> "jdbc:mysql://" + mysql.getHost() + ":" + mysql.getMappedPort(3306) + "/")
 *         .version(url -> "MySQL " + versionOf(url))
 *         .build();
 *
 * class MySqlTest {
 *   @RegisterExtension static final TestServer server = MYSQL;
 * }
 * }</pre>
 *
 * <p>A server starts when the first test asks for it, once per role and JVM, and stops when the JVM
 * exits. Thread-safe.
 */
public final class TestServer implements BeforeAllCallback {
  private static final ConcurrentMap<String, FutureTask<Running>> RUNNING =
      new ConcurrentHashMap<>();

  private final Ladder ladder;
  private final Version version;
  private final Supplier<Environment> environment;

  TestServer(Ladder ladder, Version version, Supplier<Environment> environment) {
    this.ladder = ladder;
    this.version = version;
    this.environment = environment;
  }

  /** A server that was found: its URL, its version, and its source. */
  record Running(String url, String what, String how) {}

  /** Starts a server. */
  @FunctionalInterface
  public interface Start {
    /**
     * Starts it, and ensures that it stops when the JVM exits.
     *
     * @return its URL
     * @throws Exception if it does not start, which fails the tests
     */
    String start() throws Exception;
  }

  /** Asks a server for its version. */
  @FunctionalInterface
  public interface Version {
    /**
     * Asks.
     *
     * @param url where the server is
     * @return name and version for the table, such as {@code MySQL 9.7.4}
     * @throws Exception if it does not answer, which fails the tests
     */
    String of(String url) throws Exception;
  }

  /**
   * Begins a server.
   *
   * @param role the name by which tests ask for it, such as {@code mysql}
   * @return a builder
   */
  public static Builder role(String role) {
    return new Builder(role);
  }

  /**
   * Returns the server's URL. The first call starts it, which may take minutes.
   *
   * @return the URL, which may contain a password
   * @throws IllegalStateException if there is no such server here, or it does not start
   */
  public String url() {
    return running().url();
  }

  /** Starts the server if it is not running, and reports that this class runs against it. */
  @Override
  public void beforeAll(ExtensionContext context) {
    Running running = running();
    context.publishReportEntry(new Server(running.what(), running.how()).toReport());
  }

  /**
   * Returns the server, started once for all callers; a failed start is not retried, so that the
   * run ends soon.
   */
  private Running running() {
    FutureTask<Running> start =
        RUNNING.computeIfAbsent(ladder.role(), role -> new FutureTask<>(this::start));
    start.run();
    try {
      return start.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "there is no " + ladder.role() + " to test with", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + ladder.role() + " was starting", e);
    }
  }

  private Running start() throws Exception {
    Found found = ladder.find(environment.get());
    return new Running(found.url(), version.of(found.url()), found.how());
  }

  /** Sets the possible sources of a role's server. */
  public static final class Builder {
    private static final Duration STARTUP = Duration.ofMinutes(5);

    private final String role;
    private @Nullable Start container;
    private @Nullable Start embedded;
    private Version version;

    private Builder(String role) {
      this.role = role;
      this.version = url -> role;
    }

    /**
     * Sets the container, which is started if a container engine answers, and stopped when the JVM
     * exits.
     *
     * @param container creates the container: a pinned image, ports, and a check that it is ready,
     *     for which it has five minutes
     * @param url returns the URL of its server, once it is ready
     * @return this
     */
    public Builder container(
        Supplier<? extends GenericContainer<?>> container,
        Function<? super GenericContainer<?>, String> url) {
      this.container =
          () -> {
            GenericContainer<?> made = container.get();
            // On a busy machine Docker sometimes starts a container without its ports.
            made.withStartupTimeout(STARTUP).withStartupAttempts(3);
            // Before the start, so that a container that never becomes ready is stopped, too.
            Runtime.getRuntime().addShutdownHook(new Thread(made::stop, "stop-" + role));
            made.start();
            return url.apply(made);
          };
      return this;
    }

    /**
     * Sets the replacement for the container if no container engine answers.
     *
     * @param embedded starts a server without an engine
     * @return this
     */
    public Builder embedded(Start embedded) {
      this.embedded = embedded;
      return this;
    }

    /**
     * Sets how the server is asked what it is; without this the table shows the role.
     *
     * @param version asks the server
     * @return this
     */
    public Builder version(Version version) {
      this.version = version;
      return this;
    }

    /**
     * Builds it. Nothing is started yet.
     *
     * @return the server of this role
     */
    public TestServer build() {
      return new TestServer(new Ladder(role, container, embedded), version, Environment::ofThisJvm);
    }
  }
}
