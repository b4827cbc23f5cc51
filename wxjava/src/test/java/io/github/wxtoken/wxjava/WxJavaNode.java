package io.github.wxtoken.wxjava;

import io.github.wxtoken.WeChatApp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;

/**
 * A process that asks WeChat by WxJava. It prints a line when it is ready and one for each command:
 *
 * <ul>
 *   <li>{@code clock MILLIS}: sets how far its clock is off the system's; {@code ok};
 *   <li>{@code call N}: reads the menu N times in each of 8 threads; {@code ok}, or the first
 *       error.
 * </ul>
 */
final class WxJavaNode {
  private static final int THREADS = 8;

  private final WxMpService service;
  private final MovableClock clock;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  private WxJavaNode(WxMpService service, MovableClock clock) {
    this.service = service;
    this.clock = clock;
  }

  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // Log lines must not get into the answers.
    MovableClock clock = new MovableClock();
    String weChat = System.getenv("WXTOKEN_WECHAT");
    try (WeChatApp app =
        WeChatApp.builder(Scene.ACCOUNT, Scene.SECRET)
            .store(System.getenv("WXTOKEN_STORE"))
            .apiEndpoint(URI.create(weChat))
            .clock(clock)
            .build()) {
      WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(app);
      WxMpHostConfig hosts = new WxMpHostConfig();
      hosts.setApiHost(weChat);
      config.setHostConfig(hosts);
      WxMpService service = new WxMpServiceImpl();
      service.setWxMpConfigStorage(config);
      new WxJavaNode(service, clock).obey(answers);
    }
  }

  private void obey(PrintStream answers) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    answers.println("ready");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] command = line.split(" ", -1);
      long number = Long.parseLong(command[1]);
      if (command[0].equals("clock")) {
        clock.off = Duration.ofMillis(number);
        answers.println("ok");
      } else {
        answers.println(call(number));
      }
    }
    threads.shutdown();
  }

  private String call(long times) {
    Callable<Void> calls =
        () -> {
          for (long i = 0; i < times; i++) {
            service.getMenuService().menuGet();
          }
          return null;
        };
    try {
      List<Callable<Void>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(calls);
      }
      for (Future<Void> done : threads.invokeAll(all)) {
        done.get();
      }
      return "ok";
    } catch (Exception e) {
      return String.valueOf(e).replaceAll("\\s+", " ");
    }
  }

  private static final class MovableClock extends Clock {
    private volatile Duration off = Duration.ZERO;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.offset(Clock.system(zone), off);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(off);
    }
  }
}
