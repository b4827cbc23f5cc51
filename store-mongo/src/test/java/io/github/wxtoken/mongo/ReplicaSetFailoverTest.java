package io.github.wxtoken.mongo;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.mongodb.MongoException;
import io.github.wxtoken.faults.FailoverContract;
import io.github.wxtoken.faults.FreePorts;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.testcontainers.containers.GenericContainer;

/** A replica set of three members, which elects a primary after its default of ten seconds. */
@Tag("long") // In each build, the suite runs on Redis.
class ReplicaSetFailoverTest extends FailoverContract {
  private static final int MEMBERS = 3;

  @Override
  protected ReplicatedServers start() {
    Members members = new Members(FreePorts.several(MEMBERS));
    try {
      members.start();
    } catch (RuntimeException e) {
      members.close();
      throw e;
    }
    return members;
  }

  /**
   * The members and the store reach each member at a port of the machine's address in the
   * containers' network, which leads everywhere to the same server.
   */
  private static final class Members implements ReplicatedServers {
    private String machine = "";
    private final List<Integer> ports;
    private final List<GenericContainer<?>> containers;

    Members(List<Integer> ports) {
      this.ports = ports;
      this.containers = ports.stream().<GenericContainer<?>>map(Members::container).toList();
    }

    private static GenericContainer<?> container(int port) {
      GenericContainer<?> member = Servers.container("--replSet", "rs0");
      member.setPortBindings(List.of(port + ":27017"));
      return member;
    }

    void start() {
      containers.parallelStream().forEach(GenericContainer::start);
      machine =
          containers.get(0).getContainerInfo().getNetworkSettings().getNetworks().values().stream()
              .map(ContainerNetwork::getGateway)
              .findFirst()
              .orElseThrow();
      String members =
          IntStream.range(0, MEMBERS)
              .mapToObj(
                  i ->
                      "{_id: %d, host: '%s:%d', priority: %d}"
                          .formatted(i, machine, ports.get(i), i == 0 ? 2 : 1))
              .collect(Collectors.joining(","));
      Servers.admin(
          url(0),
          BsonDocument.parse("{replSetInitiate: {_id: 'rs0', members: [" + members + "]}}"));
      while (!isReady()) {
        LockSupport.parkNanos(100_000_000);
      }
    }

    /** The first member is the primary, and the others have its data. */
    private boolean isReady() {
      try {
        Document status = Servers.admin(url(0), BsonDocument.parse("{replSetGetStatus: 1}"));
        return status.getList("members", Document.class).stream()
            .map(member -> member.getInteger("state"))
            .toList()
            .equals(List.of(1, 2, 2));
      } catch (MongoException e) {
        return false;
      }
    }

    private String url(int member) {
      return url(member, "");
    }

    private String url(int member, String database) {
      return "mongodb://127.0.0.1:" + ports.get(member) + "/" + database + "?directConnection=true";
    }

    @Override
    public String replicaUrl() {
      return url(1, "failover");
    }

    @Override
    public String storeUrl() {
      return "mongodb://"
          + ports.stream().map(port -> machine + ":" + port).collect(Collectors.joining(","))
          + "/failover?replicaSet=rs0&wxtoken.createSchema=true&wxtoken.allowPlaintext=true";
    }

    @Override
    public void killPrimary() {
      GenericContainer<?> primary = containers.get(0);
      primary.getDockerClient().killContainerCmd(primary.getContainerId()).exec();
    }

    @Override
    public void close() {
      containers.forEach(GenericContainer::stop);
    }
  }
}
