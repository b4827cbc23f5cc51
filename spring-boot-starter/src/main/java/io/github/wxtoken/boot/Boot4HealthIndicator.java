package io.github.wxtoken.boot;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health check for Spring Boot 4. */
final class Boot4HealthIndicator implements HealthIndicator {
  private final WeChatHealth health;

  Boot4HealthIndicator(WeChatHealth health) {
    this.health = health;
  }

  @Override
  public Health health() {
    WeChatHealth.Report report = health.check();
    return (report.up() ? Health.up() : Health.down()).withDetails(report.details()).build();
  }
}
