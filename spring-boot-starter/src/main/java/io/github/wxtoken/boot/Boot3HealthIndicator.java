package io.github.wxtoken.boot;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** The health check for Spring Boot 3.5. */
final class Boot3HealthIndicator implements HealthIndicator {
  private final WeChatHealth health;

  Boot3HealthIndicator(WeChatHealth health) {
    this.health = health;
  }

  @Override
  public Health health() {
    WeChatHealth.Report report = health.check();
    return (report.up() ? Health.up() : Health.down()).withDetails(report.details()).build();
  }
}
