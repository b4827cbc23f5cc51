package io.github.wxtoken.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import io.github.wxtoken.faults.TestServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The servers that tests run against, and a database of its own for each suite. */
final class Servers {
  static final TestServer MONGO =
      TestServer.role("mongo")
          .container(() -> container(), server -> url(server))
          .embedded(Servers::embedded)
          .version(Servers::version)
          .build();

  /** A set of one member: majority, retried writes and rollbacks need no more. */
  static final TestServer REPLICA_SET =
      TestServer.role("mongo-replica-set")
          .container(() -> container("--replSet", "rs0"), server -> initiated(url(server)))
          .embedded(Servers::embedded)
          .version(url -> version(url) + " replica set")
          .build();

  private static final ConcurrentMap<String, MongoClient> CLIENTS = new ConcurrentHashMap<>();

  private Servers() {}

  static GenericContainer<?> container(String... more) {
    // With test commands a server fails on demand.
    List<String> command = List.of("mongod", "--setParameter", "enableTestCommands=1");
    return new GenericContainer<>("mongo:7.0")
        .withCommand(Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new))
        .withExposedPorts(27017)
        .waitingFor(Wait.forLogMessage(".*Waiting for connections.*", 1));
  }

  static String url(GenericContainer<?> server) {
    // Not by the name that the member of a set announces: outside it has another.
    return "mongodb://"
        + server.getHost()
        + ":"
        + server.getMappedPort(27017)
        + "/?directConnection=true";
  }

  /** Makes a replica set of a server, and waits until it is the primary. */
  static String initiated(String url) {
    try {
      admin(
          url,
          BsonDocument.parse(
              "{replSetInitiate: {_id: 'rs0', members: [{_id: 0, host: '127.0.0.1:27017'}]}}"));
    } catch (MongoCommandException e) {
      if (e.getCode() != 23) {
        throw e;
      }
      // It is one since before it was restarted.
    }
    while (!admin(url, BsonDocument.parse("{hello: 1}")).getBoolean("isWritablePrimary")) {
      LockSupport.parkNanos(100_000_000);
    }
    return url;
  }

  /** Stands in for both servers where there is no container engine. */
  static String embedded() {
    MongoServer server = new MongoServer(new MemoryBackend());
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop-embedded"));
    return server.bindAndGetConnectionString() + "/";
  }

  static String version(String url) {
    return (isReal(url) ? "MongoDB " : "mongo-java-server as ")
        + admin(url, BsonDocument.parse("{buildInfo: 1}")).getString("version");
  }

  /** Tells MongoDB from mongo-java-server, which knows no pipeline updates and no fail points. */
  static boolean isReal(String url) {
    return admin(url, BsonDocument.parse("{buildInfo: 1}")).containsKey("openssl");
  }

  static Document admin(String url, BsonDocument command) {
    return client(url).getDatabase("admin").runCommand(command);
  }

  /** Makes an empty database with a name of its own, and returns its URL, which has a query. */
  static String database(TestServer server, String name) {
    String role = server == MONGO ? "alone" : "set";
    String url = withDatabase(server.url(), "wx_" + role + "_" + name.toLowerCase(Locale.ROOT));
    mongo(url).drop();
    return url;
  }

  /** Returns where the first host of a URL is. */
  static InetSocketAddress address(String url) {
    ServerAddress server = new ServerAddress(new ConnectionString(url).getHosts().get(0));
    return new InetSocketAddress(server.getHost(), server.getPort());
  }

  static String withDatabase(String url, String database) {
    ConnectionString server = new ConnectionString(url);
    String options = url.contains("?") ? url.substring(url.indexOf('?') + 1) + "&" : "";
    return "mongodb://"
        + String.join(",", server.getHosts())
        + "/"
        + database
        + "?"
        + options
        + "appName=test";
  }

  /** Returns the database of a URL, for what tests do past the store. */
  static MongoDatabase mongo(String url) {
    String database = Objects.requireNonNull(new ConnectionString(url).getDatabase());
    return client(url).getDatabase(database);
  }

  private static MongoClient client(String url) {
    String server = String.join(",", new ConnectionString(url).getHosts());
    return CLIENTS.computeIfAbsent(
        server,
        hosts ->
            MongoClients.create(
                "mongodb://"
                    + hosts
                    + "/?directConnection=true&w=majority&serverSelectionTimeoutMS=60000"));
  }
}
