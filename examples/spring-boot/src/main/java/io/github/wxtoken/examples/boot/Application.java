package io.github.wxtoken.examples.boot;

import java.util.concurrent.CompletableFuture;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationContext;

/**
 * The application. With the profile {@code demo} it needs no account of WeChat. With the profile
 * {@code cluster} any number of processes share their sessions.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class Application {

  /** For Spring. */
  Application() {}

  /**
   * Starts it.
   *
   * @param args properties of Spring Boot, such as {@code --spring.profiles.active=demo}
   */
  public static void main(String[] args) {
    ApplicationContext context = SpringApplication.run(Application.class, args);
    System.out.println(address(context));
    if (context.getEnvironment().getProperty("example.ends-with-parent", Boolean.class, false)) {
      ProcessHandle.current()
          .parent()
          .map(ProcessHandle::onExit)
          .ifPresent(CompletableFuture::join);
      System.exit(0);
    }
  }

  /** Returns the line that says where the application is. {@link NodeProcess} waits for it. */
  private static String address(ApplicationContext context) {
    return "Open http://localhost:" + context.getEnvironment().getProperty("local.server.port");
  }
}
