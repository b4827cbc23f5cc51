package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

class MysqlCanaryTest extends ServerCanaryContract {
  private static final ReadableServer MYSQL =
      new ReadableServer("mysql", "mysql:9.7", "--innodb-redo-log-capacity=8M");

  @RegisterExtension static final TestServer SERVER = MYSQL.server();

  MysqlCanaryTest() {
    super(MYSQL);
  }

  @Override
  protected String talkative(String url) {
    return url
        + "&logger=Slf4JLogger&profileSQL=true&traceProtocol=true&dumpQueriesOnException=true";
  }

  @Override
  protected Set<String> commandLoggers() {
    return Set.of("MySQL at INFO", "MySQL at TRACE");
  }
}
