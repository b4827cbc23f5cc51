package io.github.wxtoken.mongo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.github.wxtoken.faults.CanaryContract;
import io.github.wxtoken.faults.ServerFiles;
import io.github.wxtoken.faults.TestServer;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;

class MongoCanaryTest extends CanaryContract {
  private static @Nullable GenericContainer<?> container;

  @RegisterExtension
  static final TestServer SERVER =
      TestServer.role("mongo-files")
          .container(
              MongoCanaryTest::makeContainer, server -> Servers.initiated(Servers.url(server)))
          .embedded(Servers::embedded)
          .version(Servers::version)
          .build();

  /** Compressed, files would hide what they hold; and each command is slow enough to be logged. */
  private static GenericContainer<?> makeContainer() {
    container =
        Servers.container(
            "--replSet=rs0",
            "--wiredTigerCollectionBlockCompressor=none",
            "--wiredTigerJournalCompressor=none",
            "--wiredTigerIndexPrefixCompression=false",
            "--slowms=0",
            "--profile=2");
    return container;
  }

  @Override
  protected String storeUrl(String name, String password) {
    assumeTrue(Servers.isReal(SERVER.url()), "mongo-java-server has no files");
    database(name)
        .runCommand(
            BsonDocument.parse(
                "{createUser: '%s', pwd: '%s', roles: ['readWrite']}".formatted(name, password)));
    return url(name).replace("//", "//" + name + ":" + password + "@")
        + "&wxtoken.createSchema=true&wxtoken.timeout=20000";
  }

  @Override
  protected void refuseWrites(String name, String openid) {
    accept(name, "{$expr: {$eq: ['$access_token', 'another']}}");
  }

  @Override
  protected void takeWrites(String name, String openid) {
    accept(name, "{}");
  }

  /** The refusal of any other document tells what it compared. */
  private static void accept(String name, String documents) {
    database(name)
        .runCommand(BsonDocument.parse("{collMod: 'tokens', validator: " + documents + "}"));
  }

  @Override
  protected void plantCorrupt(String name, String openid, String content) {
    database(name)
        .getCollection("tokens")
        .updateOne(Filters.eq("openid", openid), Updates.set("create_at", content));
  }

  private static MongoDatabase database(String name) {
    return Servers.mongo(url(name));
  }

  private static String url(String name) {
    return Servers.withDatabase(SERVER.url(), name);
  }

  @Override
  protected ServerFiles files() {
    if (container == null) {
      throw new IllegalStateException("the files of a server that others started cannot be read");
    }
    // Copied while it runs: when it stops, it empties the journal.
    Servers.admin(SERVER.url(), BsonDocument.parse("{fsync: 1}"));
    return ServerFiles.of(container, "/data/db");
  }

  /** The oplog is a collection, too. */
  @Override
  protected Set<String> filesWithTokens() {
    return Set.of(".*/collection-.*\\.wt", ".*/journal/WiredTigerLog.*", "printed");
  }

  @Override
  protected Set<String> commandLoggers() {
    return Set.of("org.mongodb.driver.protocol.command at DEBUG");
  }
}
