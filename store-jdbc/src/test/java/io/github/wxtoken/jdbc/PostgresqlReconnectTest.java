package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlReconnectTest extends ReconnectContract {
  @RegisterExtension static final TestServer SERVER = PostgresqlDatabase.SERVER;

  PostgresqlReconnectTest() {
    super(SERVER);
  }

  @Override
  String database(String name) throws Exception {
    return Databases.POSTGRESQL.create(name);
  }

  @Override
  byte[] refusal() {
    byte[] fields =
        "SFATAL\0C53300\0Msorry, too many clients already, CANARY\0\0"
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(5 + fields.length)
        .put((byte) 'E')
        .putInt(4 + fields.length)
        .put(fields)
        .array();
  }

  @Override
  List<String> refusalInWords() {
    return List.of("53300", "max_connections");
  }
}
