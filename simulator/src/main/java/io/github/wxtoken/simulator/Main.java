package io.github.wxtoken.simulator;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The simulator as a program; {@code --help} says how to use it. */
public final class Main {
  private static final String HELP =
      """
      WeChat on localhost, for tests and demos.

        --host HOST              listen there (default 127.0.0.1)
        --port PORT              listen there (default: a free port)
        --app APPID:SECRET:KIND  know this app; may be repeated. KIND is service_account (default),
                                 website, mobile_app or mini_program
                                 (default: wxsimulator:secret:service_account)
        --auto-consent           users consent at once instead of on a page
        --help                   show this

      Prints its URI when it is ready. GET URI/simulator lists what a test can do to it.
      """;

  private static final int RUNNING = -1;

  private Main() {}

  /**
   * Runs until it is told to end.
   *
   * @param args see {@code --help}
   * @throws InterruptedException if the main thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int status = run(args, System.out, System.err);
    if (status != RUNNING) {
      System.exit(status);
    }
    new CountDownLatch(1).await();
  }

  private static int run(String[] args, PrintStream out, PrintStream err) {
    WeChatSimulator.Builder builder = WeChatSimulator.builder();
    boolean autoConsent = false;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--help", "-h" -> {
            out.print(HELP);
            return 0;
          }
          case "--auto-consent" -> autoConsent = true;
          case "--host" -> builder.host(value(args, ++i));
          case "--port" -> builder.port(Integer.parseInt(value(args, ++i)));
          case "--app" -> builder.app(app(value(args, ++i)));
          default -> throw new IllegalArgumentException("unknown option " + args[i]);
        }
      }
      Json.requireJackson();
      WeChatSimulator simulator = builder.start();
      if (autoConsent) {
        simulator.behaviour().consent(Consent.AUTO);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
      out.println("WeChat simulator at " + simulator.uri());
      return RUNNING;
    } catch (LinkageError e) {
      err.println(
          "The simulator cannot start: Jackson 3 is missing on the class path, or is too old."
              + " Add tools.jackson.core:jackson-core 3.0 or later (see --help)");
      return 2;
    } catch (IllegalArgumentException | UncheckedIOException e) {
      err.println(e.getMessage() + " (see --help)");
      return 2;
    }
  }

  private static String value(String[] args, int i) {
    if (i == args.length) {
      throw new IllegalArgumentException(args[i - 1] + " needs a value");
    }
    return args[i];
  }

  private static SimulatorApp app(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("--app needs APPID:SECRET or APPID:SECRET:KIND");
    }
    return SimulatorApp.of(
        parts[0], parts[1], kind(parts.length == 2 ? "service_account" : parts[2]));
  }

  private static AppKind kind(String name) {
    return Stream.of(AppKind.values())
        .filter(kind -> kind.name().equalsIgnoreCase(name.replace('-', '_')))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("unknown kind of app " + name));
  }
}
