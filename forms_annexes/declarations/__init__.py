"""What a partner may tell the caisse besides its forms about users: the kinds, pure."""
