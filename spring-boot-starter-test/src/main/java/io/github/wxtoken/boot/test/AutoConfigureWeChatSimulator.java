package io.github.wxtoken.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Starts a simulator of WeChat in the application of a test class, beside {@code @SpringBootTest},
 * and points the application at it. A test gets the simulator by {@code @Autowired
 * io.github.wxtoken.simulator.WeChatSimulator}. The application needs no appid and no secret.
 *
 * <p>Tests that share an application context share the simulator with its users, time and faults.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureWeChatSimulator {

  /**
   * Says whether tokens are kept in memory, so that the test needs no database.
   *
   * @return false to use the store that the application's properties and beans name
   */
  boolean memoryStore() default true;
}
