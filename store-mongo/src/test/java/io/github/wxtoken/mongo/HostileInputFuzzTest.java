package io.github.wxtoken.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.mongodb.MongoNamespace;
import com.mongodb.UnixServerAddress;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
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
  private static final TokenCodec CODEC = new TokenCodec();

  /** The input is Extended JSON, of which a document with every type of BSON can be made. */
  @FuzzTest(maxDuration = "90s")
  void aDocumentIsReadWithoutLossOrFaulty(byte[] input) {
    byte[] bson = bson(new String(input, UTF_8));
    if (bson == null) {
      return;
    }
    TokenDocument document = decode(bson);
    if (document.fault() != null) {
      assertThat(document.token()).isNull();
      assertThat(document.fault().toLowerCase(Locale.ROOT)).doesNotContain("canary");
      return;
    }
    OAuthToken token = document.require(document.openid());
    assertThat(token.openid()).isNotEmpty();
    assertThat(token.expiresIn()).isNotNegative();
    assertThat(token.createAt()).isNotNegative();
    TokenCodec.check(token);

    BasicOutputBuffer written = new BasicOutputBuffer();
    CODEC.encode(new BsonBinaryWriter(written), document, EncoderContext.builder().build());
    assertThat(decode(written.toByteArray()).require(token.openid())).isEqualTo(token);
  }

  private static TokenDocument decode(byte[] bson) {
    return CODEC.decode(
        new BsonBinaryReader(ByteBuffer.wrap(bson)), DecoderContext.builder().build());
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
      Address address = Address.of(url, new StoreOptions(Map.of()));
      MongoNamespace.checkDatabaseNameValidity(address.database());
      assertThat(address.poolSize()).isPositive();
      assertThat(address.settings().getClusterSettings().getHosts())
          .isNotEmpty()
          .allMatch(
              server ->
                  address.settings().getSslSettings().isEnabled()
                      || server instanceof UnixServerAddress
                      || StoreOptions.isLoopback(server.getHost()));
    } catch (IllegalArgumentException | TokenStoreException e) {
      FaultsTest.assertNoCanary(e);
    }
  }
}
