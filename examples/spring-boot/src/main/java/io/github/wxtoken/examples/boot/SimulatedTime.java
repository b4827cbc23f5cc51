package io.github.wxtoken.examples.boot;

import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.boot.WeChatOAuthBuilderCustomizer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Has the client go by the clock of a simulator in another process, as it goes by the one of a
 * simulator inside. It asks for the time before each request, since a demo may have moved it.
 */
@Component
@Profile("demo")
@ConditionalOnProperty(name = "wxtoken.simulator.enabled", havingValue = "false")
@Order(Ordered.HIGHEST_PRECEDENCE)
class SimulatedTime extends OncePerRequestFilter implements WeChatOAuthBuilderCustomizer {
  private final Simulator simulator;
  private volatile Duration ahead = Duration.ZERO;

  SimulatedTime(Simulator simulator) {
    this.simulator = simulator;
  }

  @Override
  public void customize(WeChatOAuth.Builder builder) {
    InstantSource time = () -> Instant.now().plus(ahead);
    builder.clock(time.withZone(ZoneOffset.UTC));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    ahead = Duration.between(Instant.now(), simulator.now());
    chain.doFilter(request, response);
  }
}
