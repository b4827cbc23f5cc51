package io.github.wxtoken.examples.boot;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Calls the simulated WeChat, inside this process or elsewhere, by its HTTP interface. */
@Component
@Profile("demo")
class Simulator {
  private final RestClient http;
  private final String appid;

  Simulator(
      ObjectProvider<WeChatSimulator> inside,
      @Value("${wxtoken.api-endpoint:}") String elsewhere,
      @Value("${wxtoken.appid}") String appid) {
    WeChatSimulator simulator = inside.getIfAvailable();
    URI uri = simulator == null ? URI.create(elsewhere) : simulator.uri();
    this.http = RestClient.create(uri + "/simulator");
    this.appid = appid;
  }

  private record Time(long epochMillis) {}

  private record Person(String openid) {}

  private record Consent(String code) {}

  private record Counts(Map<String, Long> calls) {}

  Instant now() {
    return Instant.ofEpochMilli(get(Time.class, "/clock").epochMillis());
  }

  void advance(Duration time) {
    post(Time.class, "/clock?advance={time}", time);
  }

  String openid(String user) {
    return get(Person.class, "/openid?appid={appid}&user={user}", appid, user).openid();
  }

  /** Returns the code of a user who has consented. */
  String authorize(String user) {
    String path = "/authorize?appid={appid}&user={user}&scope=snsapi_userinfo";
    return post(Consent.class, path, appid, user).code();
  }

  /** Returns how often WeChat was asked to refresh a token, by its own count. */
  long refreshes() {
    return get(Counts.class, "/counters").calls().getOrDefault("REFRESH", 0L);
  }

  private <T> T get(Class<T> type, String path, Object... values) {
    return Objects.requireNonNull(http.get().uri(path, values).retrieve().body(type));
  }

  private <T> T post(Class<T> type, String path, Object... values) {
    return Objects.requireNonNull(http.post().uri(path, values).retrieve().body(type));
  }
}
