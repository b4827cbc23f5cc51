package io.github.wxtoken.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.mongodb.MongoNamespace;
import com.mongodb.UnixServerAddress;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * A document is either a token or a fault, and a URL is either read or refused; no message quotes
 * them.
 */
class HostileInputFuzzTest {
  private static final Codec<Document> CODEC = Database.CODECS.get(Document.class);

  /** The input is Extended JSON, of which a document with every type of BSON can be made. */
  @FuzzTest(maxDuration = "90s")
  void aDocumentIsReadWithoutLossOrFaulty(byte[] input) {
    byte[] bson = bson(new String(input, UTF_8));
    if (bson == null) {
      return;
    }
    Document document = decode(bson);
    OAuthToken token;
    try {
      token = TokenDocument.read(key(document), document);
    } catch (CorruptTokenException e) {
      assertThat(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)).doesNotContain("canary");
      return;
    }
    assertThat(token.openid()).isNotEmpty();
    assertThat(token.expiresIn()).isNotNegative();
    assertThat(token.createAt()).isNotNegative();

    BasicOutputBuffer written = new BasicOutputBuffer();
    CODEC.encode(
        new BsonBinaryWriter(written), TokenDocument.of(token), EncoderContext.builder().build());
    assertThat(TokenDocument.read(token.openid(), decode(written.toByteArray()))).isEqualTo(token);
  }

  private static Document decode(byte[] bson) {
    return CODEC.decode(
        new BsonBinaryReader(ByteBuffer.wrap(bson)), DecoderContext.builder().build());
  }

  private static String key(Document document) {
    return document.get(TokenDocument.OPENID) instanceof String openid ? openid : "";
  }

  /** Returns null for what is no document, which a server would not have taken. */
  private static byte @Nullable [] bson(String json) {
    BasicOutputBuffer bytes = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(bytes)) {
      writer.pipe(new JsonReader(json));
      return bytes.toByteArray();
    } catch (RuntimeException e) {
      return null;
    }
  }

  @FuzzTest(maxDuration = "90s")
  void aUrlNamesADatabaseOrIsRefused(byte[] input) {
    String url = new String(input, UTF_8);
    // The driver asks the name server for the servers of mongodb+srv at once.
    if (!url.startsWith("mongodb:")) {
      return;
    }
    try {
      MongoTarget target = MongoTarget.of(url, new StoreOptions(Map.of()));
      MongoNamespace.checkDatabaseNameValidity(target.database());
      assertThat(target.poolSize()).isPositive();
      assertThat(target.settings().getClusterSettings().getHosts())
          .isNotEmpty()
          .allMatch(
              server ->
                  target.settings().getSslSettings().isEnabled()
                      || server instanceof UnixServerAddress
                      || StoreOptions.isLoopback(server.getHost()));
    } catch (IllegalArgumentException | TokenStoreException e) {
      FaultsTest.assertNoCanary(e);
    }
  }
}
