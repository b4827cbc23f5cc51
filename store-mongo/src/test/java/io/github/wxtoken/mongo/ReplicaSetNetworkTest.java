package io.github.wxtoken.mongo;

import com.mongodb.ConnectionString;
import io.github.wxtoken.faults.NetworkContract;
import io.github.wxtoken.faults.TestServer;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replica set of one member behind a network with faults. */
@EnabledIf(value = "leases", disabledReason = "mongo-java-server cannot lease")
class ReplicaSetNetworkTest extends NetworkContract {
  @RegisterExtension static final TestServer server = Servers.REPLICA_SET;

  static boolean leases() {
    return Servers.isReal(server.url());
  }

  @Override
  protected InetSocketAddress server() {
    return Servers.address(server.url());
  }

  @Override
  protected String storeUrl(int port) {
    return Servers.database(server, "network").replace(host(), "127.0.0.1:" + port)
        + "&wxtoken.createSchema=true";
  }

  private static String host() {
    return new ConnectionString(server.url()).getHosts().get(0);
  }
}
