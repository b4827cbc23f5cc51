package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.micrometer.WeChatMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The dashboard docs/grafana/wxtoken.json asks for what Prometheus scrapes, and for all of it. */
class DashboardTest {
  private static final Pattern METRIC = Pattern.compile("\\bwxtoken_[a-z_]+");
  private static final Pattern LABEL = Pattern.compile("[{,]([a-z]+)(?:=~?|!=)\\\\\"");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private String scrape() throws ReflectiveOperationException {
    WeChatMetrics metrics = new WeChatMetrics(registry);
    for (Method event : WeChatOAuthListener.class.getMethods()) {
      event.invoke(
          metrics, Arrays.stream(event.getParameterTypes()).map(DashboardTest::argument).toArray());
    }
    return registry.scrape();
  }

  private static @Nullable Object argument(Class<?> type) {
    if (type == CallbackResult.Reason.class || type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return type == Duration.class
        ? Duration.ofMillis(20)
        : type == Class.class ? IllegalStateException.class : type == int.class ? 40029 : "wx1";
  }

  private static String dashboard() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("wxtoken.root", ".."), "docs", "grafana", "wxtoken.json"));
  }

  private static Set<String> found(Pattern pattern, String text, int group) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }

  @Test
  void eachMetricOfTheDashboardIsScraped() throws Exception {
    assertThat(found(METRIC, scrape(), 0)).containsAll(found(METRIC, dashboard(), 0));
  }

  @Test
  void eachMeterIsOnTheDashboard() throws Exception {
    String shown = dashboard();

    assertThat(found(METRIC, scrape(), 0))
        .extracting(metric -> metric.replaceFirst("_(total|seconds)(_[a-z]+)?$", ""))
        .isNotEmpty()
        .allSatisfy(meter -> assertThat(shown).contains(meter));
  }

  @Test
  void eachLabelOfTheDashboardIsScraped() throws Exception {
    String scraped = scrape();

    assertThat(found(LABEL, dashboard(), 1))
        .contains("appid", "exception")
        .allSatisfy(label -> assertThat(scraped).contains(label + "=\""));
  }
}
