package io.github.wxtoken.examples.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reports what this node has done. Behind a load balancer that takes the nodes in turn, a page that
 * asks again and again hears of each node.
 */
@RestController
class MetersController {
  private final MeterRegistry registry;
  private final String node;

  MetersController(MeterRegistry registry, @Value("${example.node}") String node) {
    this.registry = registry;
    this.node = node;
  }

  @GetMapping("/operators/meters")
  NodeReport meters() {
    return NodeReport.of(node, ManagementFactory.getRuntimeMXBean().getStartTime(), registry);
  }
}
