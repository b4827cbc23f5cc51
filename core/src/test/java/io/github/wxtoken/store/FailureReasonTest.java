package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureReasonTest {

  @Test
  void aMessageHasTheReasonTheDetailsAndTheRemedy() {
    assertThat(FailureReason.UNKNOWN_HOST.describe("UnknownHostException"))
        .isEqualTo(
            "the host name is unknown (UnknownHostException). Check the host in the URL, and the"
                + " DNS of this machine");
  }

  @Test
  void aReasonWithoutARemedyIsComplete() {
    assertThat(new FailureReason("the server reported an error", null).describe("code 7"))
        .isEqualTo("the server reported an error (code 7)");
  }
}
