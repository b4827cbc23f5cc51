package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStore;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.Tag;

/** The contract on the encrypting view of a table of ours, while it is migrated from plaintext. */
@Tag("faults")
abstract class EncryptedContract extends JdbcContract {

  EncryptedContract() {
    super(true);
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }

  /** Of 732 characters the cipher makes the column's 1,024. */
  @Override
  protected int longestToken() {
    return 732;
  }
}
